//! What an estate may decide about its data, where sources leave a choice.

use std::fmt::Write;

/// The choices of `content/sources`; the defaults suit a mixed estate and test packs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settings {
    /// What an outbound Sysmon 3 is called.
    pub sysmon3: Sysmon3,
    /// What the documentation networks (192.0.2.0/24 …) are.
    pub doc_nets: DocNets,
    /// May Sysmon's reverse look-up stand for the name that a program asked for, when nothing better is known?
    pub remote_url_from_ptr: bool,
    /// Do the connections that firewalls and proxies log (CEF, LEEF) become rows of DeviceNetworkEvents, besides CommonSecurityLog?
    pub cef_to_device: bool,
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
    /// The settings as `let` statements, which stand before the KQL of every flow.
    pub(crate) fn statements(self) -> String {
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
