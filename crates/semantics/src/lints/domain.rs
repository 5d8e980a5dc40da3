//! Does a text name a domain of the internet?

/// Top-level domains that people register names in most, besides those of countries, which have two letters.
/// Source: iana.org/domains/root/db. Those that are endings of files as well (`zip`, `mov`) are left out.
const TOPS: [&str; 40] = [
    "com", "net", "org", "info", "biz", "edu", "gov", "mil", "int", "dev", "app", "cloud", "online", "site", "website",
    "space", "xyz", "top", "club", "shop", "store", "tech", "live", "link", "page", "blog", "news", "email", "host",
    "network", "digital", "agency", "group", "world", "today", "icu", "vip", "pro", "work", "example",
];

/// Two letters that are endings of files before they are countries.
const EXTENSIONS: [&str; 9] = ["js", "py", "sh", "ps", "pl", "rs", "md", "so", "cs"];

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
    let is_country =
        last.len() == 2 && last.bytes().all(|byte| byte.is_ascii_lowercase()) && !EXTENSIONS.contains(&last);
    let is_host = before.split('.').all(is_label) && (is_country || TOPS.contains(&last));
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
        for text in [
            "powershell.exe",
            "192.0.2.1",
            "com",
            "",
            "a b.com",
            "System.Net.WebClient",
            "microsoft.graph.delta",
            "host.docker.internal",
            "run.sh",
            "..",
            "https://",
        ] {
            assert_eq!(host(text), None, "{text}");
        }
    }
}
