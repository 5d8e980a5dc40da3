//! The language server as a client sees it: messages over pipes.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// A client that waits for each answer.
struct Client {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    last: i64,
    /// What the server said without being asked.
    told: Vec<Value>,
}

impl Client {
    fn new(options: Value) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vedette"));
        let mut child =
            command.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the binary starts");
        let stdin = child.stdin.take().expect("it was piped");
        let stdout = BufReader::new(child.stdout.take().expect("it was piped"));
        let mut client = Self { child, stdin, stdout, last: 0, told: vec![] };
        let can = json!({"textDocument": {"completion": {"completionItem": {"snippetSupport": true}}}});
        let answer = client.ask(
            "initialize",
            json!({"processId": null, "rootUri": null, "capabilities": can, "initializationOptions": options}),
        );
        assert_eq!(answer["result"]["capabilities"]["positionEncoding"], "utf-16");
        client.tell("initialized", json!({}));
        client
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.stdin, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("the server reads");
        self.stdin.flush().expect("the server reads");
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.stdout.read_line(&mut line).expect("the server speaks") > 0, "the server has ended");
            match line.trim().split_once(": ") {
                Some(("Content-Length", value)) => length = value.parse().expect("a number"),
                _ if line.trim().is_empty() => break,
                _ => {}
            }
        }
        let mut bytes = vec![0; length];
        self.stdout.read_exact(&mut bytes).expect("a whole message");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    fn request(&mut self, method: &str, params: Value) -> i64 {
        self.last += 1;
        let id = self.last;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    fn answer(&mut self, id: i64) -> Value {
        loop {
            let message = self.read();
            if message["id"] == id {
                return message;
            }
            self.told.push(message);
        }
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        self.answer(id)
    }

    fn open(&mut self, uri: &str, text: &str) {
        let language = if uri.ends_with("yaml") { "yaml" } else { "kql" };
        self.tell(
            "textDocument/didOpen",
            json!({"textDocument": {"uri": uri, "languageId": language, "version": 1, "text": text}}),
        );
    }

    /// The findings of a version, which are told when the text has rested.
    fn findings(&mut self, uri: &str, version: i64) -> Value {
        let is_it = |message: &Value| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && message["params"]["version"] == version
        };
        if let Some(at) = self.told.iter().position(is_it) {
            return self.told.remove(at)["params"]["diagnostics"].take();
        }
        loop {
            let mut message = self.read();
            if is_it(&message) {
                return message["params"]["diagnostics"].take();
            }
            self.told.push(message);
        }
    }

    fn at(&mut self, method: &str, uri: &str, line: u32, character: u32) -> Value {
        self.ask(method, json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}))
    }

    fn end(mut self) {
        assert_eq!(self.ask("shutdown", Value::Null)["result"], Value::Null);
        self.tell("exit", Value::Null);
        assert!(self.child.wait().expect("it ends").success());
    }
}

fn labels(answer: &Value) -> Vec<&str> {
    let items = answer["result"]["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(|item| item["label"].as_str()).collect()
}

/// A text with the edits of an answer, whose places are counted in UTF-16.
fn edited(text: &str, edits: &Value) -> String {
    let offset = |place: &Value| {
        let line = place["line"].as_u64().expect("a number") as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let units = place["character"].as_u64().expect("a number") as usize;
        let mut seen = 0;
        let within = text[start..].chars().take_while(|ch| {
            seen += ch.len_utf16();
            seen <= units
        });
        start + within.map(char::len_utf8).sum::<usize>()
    };
    let mut edits: Vec<(usize, usize, &str)> = edits
        .as_array()
        .expect("edits")
        .iter()
        .map(|edit| {
            (offset(&edit["range"]["start"]), offset(&edit["range"]["end"]), edit["newText"].as_str().unwrap_or(""))
        })
        .collect();
    edits.sort_unstable();
    let mut text = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        text.replace_range(start..end, new);
    }
    text
}

const RULE: &str = "id: 00000000-0000-0000-0000-000000000001\r\nname: ü𐐀\r\nkind: Scheduled\r\nquery: |\r\n  let café = 1;\r\n  DeviceNetworkEvents\r\n  | where RemotePort   == 443 and DeviceName == '𐐀' and Nothing > 1\r\n  | project DeviceName, LocalPort\r\nseverity: Low\r\n";

#[test]
fn a_query_is_told_completed_and_laid_out() {
    let mut client = Client::new(json!({}));
    let uri = "file:///work/a%20b/x.kql";
    client.open(uri, "let port = 443;\nDeviceNetworkEvents\n| where RemotePort == port\n| sumarize count()");
    let findings = client.findings(uri, 1);
    assert_eq!(findings[0]["code"], "KS176");
    assert_eq!(
        findings[0]["range"],
        json!({"start": {"line": 3, "character": 2}, "end": {"line": 3, "character": 10}})
    );
    // Quick changes: only the newest is told.
    for version in 2..20 {
        let place = json!({"line": 3, "character": 4});
        let (range, text) = match version % 2 {
            0 => (json!({"start": place, "end": place}), "m"),
            _ => (json!({"start": place, "end": {"line": 3, "character": 5}}), ""),
        };
        let params = json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"range": range, "text": text}]});
        client.tell("textDocument/didChange", params);
    }
    let change =
        json!({"text": "let port = 443;\nDeviceNetworkEvents\n| where RemotePort == port\n| summarize count()"});
    client.tell(
        "textDocument/didChange",
        json!({"textDocument": {"uri": uri, "version": 20}, "contentChanges": [change]}),
    );
    let findings = client.findings(uri, 20);
    assert!(
        findings.as_array().is_some_and(|found| found.iter().all(|finding| finding["severity"] != 1)),
        "{findings}"
    );
    assert!(client.told.iter().filter(|told| told["method"] == "textDocument/publishDiagnostics").count() < 5);
    let answer = client.at("textDocument/completion", uri, 2, 8);
    assert!(labels(&answer).contains(&"RemotePort") && labels(&answer).contains(&"port"));
    let hover = client.at("textDocument/hover", uri, 2, 24);
    assert!(hover["result"]["contents"]["value"].as_str().is_some_and(|text| text.contains("long")), "{hover}");
    let definition = client.at("textDocument/definition", uri, 2, 24);
    assert_eq!(definition["result"]["range"]["start"], json!({"line": 0, "character": 4}));
    let renamed = client.ask(
        "textDocument/rename",
        json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 5}, "newName": "https"}),
    );
    let edits = &renamed["result"]["changes"][uri];
    assert_eq!(edits.as_array().map(Vec::len), Some(2));
    let refused = client.at("textDocument/prepareRename", uri, 1, 3);
    assert!(refused["error"]["message"].as_str().is_some_and(|text| text.contains("table")), "{refused}");
    let unknown = client.ask("textDocument/moniker", json!({}));
    assert_eq!(unknown["error"]["code"], -32601);
    let wrong = client.ask("textDocument/hover", json!({"position": 1}));
    assert_eq!(wrong["error"]["code"], -32602);
    client.end();
}

/// The places of a rule are those of its file: behind the indentation, CRLF counted, letters of two UTF-16 units counted as two.
#[test]
fn the_query_of_a_rule_is_told_at_its_place_in_the_file() {
    let mut client = Client::new(json!({"schema": "defender"}));
    let uri = "file:///rules/rule.yaml";
    client.open(uri, RULE);
    let findings = client.findings(uri, 1);
    let all = findings.as_array().expect("a list");
    let found = all.iter().find(|finding| finding["code"] == "KS142").expect("`Nothing` is no column");
    // Up to the quote are 49 characters, two blanks among them; the letter is two, `' and ` six.
    assert_eq!(found["range"]["start"], json!({"line": 6, "character": 57}), "{findings}");
    let answer = client.at("textDocument/completion", uri, 7, 12);
    assert!(labels(&answer).contains(&"LocalPort"));
    let outside = client.at("textDocument/completion", uri, 0, 3);
    assert_eq!(outside["result"], Value::Null);
    let options = json!({"tabSize": 2, "insertSpaces": true});
    let laid = client.ask("textDocument/formatting", json!({"textDocument": {"uri": uri}, "options": options}));
    let laid = edited(RULE, &laid["result"]);
    assert_eq!(laid, RULE.replace("RemotePort   ==", "RemotePort =="));
    client.end();
}

#[test]
fn fixes_are_actions() {
    let mut client = Client::new(json!({}));
    let uri = "file:///x.kql";
    let text = "DeviceNetworkEvents\n| where RemotePort == 443\n| project devicename";
    client.open(uri, text);
    let findings = client.findings(uri, 1);
    assert!(findings.as_array().is_some_and(|all| all.iter().any(|found| found["code"] == "KS142")), "{findings}");
    let everywhere = json!({"start": {"line": 0, "character": 0}, "end": {"line": 3, "character": 0}});
    let params = |only: Value| json!({"textDocument": {"uri": uri}, "range": everywhere, "context": {"diagnostics": [], "only": only}});
    let fixes = client.ask("textDocument/codeAction", params(json!(["quickfix"])));
    let actions = fixes["result"].as_array().expect("actions");
    let first = actions.iter().find(|action| action["isPreferred"] == true).expect("the name is beyond doubt");
    let mended = text.replace("devicename", "DeviceName");
    assert_eq!(edited(text, &first["edit"]["changes"][uri]), mended, "{fixes}");
    // What is no error can be allowed: a comment on a line of its own.
    let allow = actions.iter().find(|action| action["title"].as_str().is_some_and(|title| title.contains("VD4010")));
    let allow = allow.expect("the time is not bounded");
    assert_eq!(edited(text, &allow["edit"]["changes"][uri]), format!("// vedette: allow VD4010 - \n{text}"));
    let all = client.ask("textDocument/codeAction", params(json!(["source.fixAll"])));
    assert_eq!(all["result"].as_array().map(Vec::len), Some(1), "{all}");
    assert_eq!(edited(text, &all["result"][0]["edit"]["changes"][uri]), mended);
    client.end();
}

/// A request that was canceled while it waited is told so; a text of a megabyte in a line is said not to be looked at.
#[test]
fn what_is_canceled_or_too_long_is_said() {
    let mut client = Client::new(json!({}));
    let uri = "file:///long.kql";
    client.open(uri, &format!("T | where x == '{}'", "é".repeat(600_000)));
    let findings = client.findings(uri, 1);
    assert!(findings[0]["message"].as_str().is_some_and(|text| text.contains("262144")), "{findings}");
    assert_eq!(client.at("textDocument/completion", uri, 0, 300_000)["result"], Value::Null);
    let ids: Vec<i64> =
        (0..50).map(|_| client.request("textDocument/documentSymbol", json!({"textDocument": {"uri": uri}}))).collect();
    let last = *ids.last().expect("fifty");
    client.tell("$/cancelRequest", json!({"id": last}));
    let answer = client.answer(last);
    // Either it had its turn before, or it is canceled; it is answered once, and the server goes on.
    assert!(answer["error"]["code"] == -32800 || answer["result"] == Value::Null, "{answer}");
    client.end();
}

#[test]
fn half_a_query_is_answered_at_every_byte() {
    let mut client = Client::new(json!({"schema": "sentinel"}));
    let uri = "file:///typed.kql";
    let whole = "let f = (é: long) { SecurityEvent | where EventID == é };\nf(1) | join kind=inner (SigninLogs | where ['x y'] has \"ü\") on $left.a == $right.b | make-series n = count() on TimeGenerated step 1h";
    client.open(uri, "");
    for (version, (end, _)) in (2..).zip(whole.char_indices()) {
        let text = &whole[..end];
        let change = json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]});
        client.tell("textDocument/didChange", change);
        let line = u32::try_from(text.matches('\n').count()).expect("few");
        for method in ["completion", "hover", "signatureHelp", "definition"] {
            let answer = client.at(&format!("textDocument/{method}"), uri, line, 999);
            assert!(answer.get("error").is_none(), "{method} of {text:?}: {answer}");
        }
        let answer = client.ask("textDocument/diagnostic", json!({"textDocument": {"uri": uri}}));
        assert!(answer.get("error").is_none(), "findings of {text:?}: {answer}");
    }
    client.end();
}
