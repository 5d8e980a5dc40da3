//! What an estate may decide about its data, where sources leave a choice.

use std::fmt::Write;
use std::path::PathBuf;

/// The choices of `content/sources`; the defaults suit a mixed estate and test packs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// What an outbound Sysmon 3 is called.
    pub sysmon3: Sysmon3,
    /// What the documentation networks (192.0.2.0/24 …) are.
    pub doc_nets: DocNets,
    /// May Sysmon's reverse look-up stand for the name that a program asked for, when nothing better is known?
    pub remote_url_from_ptr: bool,
    /// Do the connections that firewalls and proxies log (CEF, LEEF) become rows of DeviceNetworkEvents, besides CommonSecurityLog?
    pub cef_to_device: bool,
    /// Which device has which address: a CSV file, by which the rows of network sensors get the names of their devices.
    pub assets: Option<PathBuf>,
    /// What becomes of Defender's aggregated reports.
    pub aggregated_reports: AggregatedReports,
}

/// What becomes of a report that stands for many equal events of an hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AggregatedReports {
    /// It stays the one row that it is.
    #[default]
    Keep,
    /// Beside it come as many rows of the plain ActionType as it counts, all of the report's own time and marked in AdditionalFields.
    Expand,
}

/// What an outbound Sysmon 3 is called: Sysmon does not tell a success from an attempt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sysmon3 {
    /// `ConnectionSuccess`.
    #[default]
    ConnectionSuccess,
    /// `ConnectionRequest`, for estates that also have Zeek or Security 5156 to tell successes.
    ConnectionRequest,
}

/// What the documentation networks of RFC 5737 and RFC 3849 are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DocNets {
    /// `Public`, so that test packs can use them.
    #[default]
    Public,
    /// `Reserved`.
    Reserved,
}

impl Settings {
    /// The names of the settings with what each may be.
    pub const KNOWN: &str = "sysmon3 = connection_success | connection_request, doc_nets = public | reserved, \
        remote_url_from_ptr = true | false, cef_to_device = true | false, assets = FILE.csv, aggregated_reports = keep | expand";

    /// Sets one by its name, with or without `ingest.` before it.
    ///
    /// - Errors: a name or a value that is none; the message lists those there are.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let unknown = || format!("there is no setting `{name} = {value}`; there are {}", Self::KNOWN);
        let flag = || value.parse::<bool>().map_err(|_| unknown());
        match name.strip_prefix("ingest.").unwrap_or(name) {
            "sysmon3" => {
                self.sysmon3 = match value {
                    "connection_success" => Sysmon3::ConnectionSuccess,
                    "connection_request" => Sysmon3::ConnectionRequest,
                    _ => return Err(unknown()),
                };
            }
            "doc_nets" => {
                self.doc_nets = match value {
                    "public" => DocNets::Public,
                    "reserved" => DocNets::Reserved,
                    _ => return Err(unknown()),
                };
            }
            "remote_url_from_ptr" => self.remote_url_from_ptr = flag()?,
            "cef_to_device" => self.cef_to_device = flag()?,
            "assets" if !value.is_empty() => self.assets = Some(PathBuf::from(value)),
            "aggregated_reports" => {
                self.aggregated_reports = match value {
                    "keep" => AggregatedReports::Keep,
                    "expand" => AggregatedReports::Expand,
                    _ => return Err(unknown()),
                };
            }
            _ => return Err(unknown()),
        }
        Ok(())
    }

    /// The settings as `let` statements, which stand before the KQL of every flow.
    pub(crate) fn statements(&self) -> String {
        let sysmon3 = match self.sysmon3 {
            Sysmon3::ConnectionSuccess => "connection_success",
            Sysmon3::ConnectionRequest => "connection_request",
        };
        let doc_nets = match self.doc_nets {
            DocNets::Public => "public",
            DocNets::Reserved => "reserved",
        };
        let mut text = String::new();
        for (name, value) in [("sysmon3", sysmon3), ("doc_nets", doc_nets)] {
            writeln!(text, "let setting_{name} = \"{value}\";").expect("a String grows");
        }
        writeln!(text, "let setting_cef_to_device = {};", self.cef_to_device).expect("a String grows");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_have_names_and_values() {
        let mut settings = Settings::default();
        for (name, value) in [
            ("ingest.sysmon3", "connection_request"),
            ("doc_nets", "reserved"),
            ("remote_url_from_ptr", "true"),
            ("ingest.cef_to_device", "true"),
            ("assets", "hosts.csv"),
            ("aggregated_reports", "expand"),
        ] {
            settings.set(name, value).expect("a setting");
        }
        let all = Settings {
            sysmon3: Sysmon3::ConnectionRequest,
            doc_nets: DocNets::Reserved,
            remote_url_from_ptr: true,
            cef_to_device: true,
            assets: Some(PathBuf::from("hosts.csv")),
            aggregated_reports: AggregatedReports::Expand,
        };
        assert_eq!(settings, all);
        for (name, value) in [
            ("sysmon3", "yes"),
            ("doc_nets", "Public"),
            ("cef_to_device", "1"),
            ("assets", ""),
            ("aggregated_reports", "true"),
            ("colour", "blue"),
        ] {
            let refused = settings.set(name, value).expect_err("no setting");
            assert!(refused.contains(name) && refused.contains("connection_request"), "{refused}");
        }
        assert_eq!(settings, all);
    }
}
