//! Does a text name a domain of the internet?

/// Endings of file names that are no domains, or rarely.
const EXTENSIONS: [&str; 40] = [
    "exe", "dll", "sys", "bat", "cmd", "ps1", "psm1", "vbs", "vbe", "js", "jse", "wsf", "hta", "jar", "msi", "msp",
    "scr", "lnk", "tmp", "log", "txt", "dat", "db", "ini", "xml", "json", "csv", "doc", "docx", "docm", "xls", "xlsx",
    "xlsm", "pdf", "zip", "php", "asp", "aspx", "html", "config",
];

/// Is it a domain name, perhaps with `https://`, `*.` or a path around it?
pub(super) fn is_domain(text: &str) -> bool {
    host(text).is_some()
}

/// The domain name in a text that is one.
pub(super) fn host(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
    let rest = rest.split('/').next().unwrap_or(rest);
    let rest = rest.trim_start_matches(['*', '.']).trim_end_matches('.');
    let (before, last) = rest.rsplit_once('.')?;
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    let is_top = (2..=24).contains(&last.len()) && last.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_host = before.split('.').all(is_label) && is_top && !EXTENSIONS.contains(&last);
    is_host.then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_and_addresses_are_no_domains() {
        assert_eq!(host("microsoft.com"), Some("microsoft.com"));
        assert_eq!(host("https://login.example.org/a?b=c"), Some("login.example.org"));
        assert_eq!(host("*.azure.net"), Some("azure.net"));
        assert_eq!(host(".bücher.example"), Some("bücher.example"));
        for text in ["powershell.exe", "192.0.2.1", "com", "", "a b.com", "System.Net.WebClient", "..", "https://"] {
            assert_eq!(host(text), None, "{text}");
        }
    }
}
