//! `vedette fmt` as a user runs it. The layout itself is tested where it is made; here it is which bytes of a file change, and which do not.

use crate::run::{Folder, run};

const RULE: &str =
    "id: x  # stays\nname:   'as it was'\nquery: |\n    T|where a==1\n    // why\n    |take 5\n\n\nversion: 1.0.0\n";

#[test]
fn files_are_laid_out_in_place() {
    let folder =
        Folder::new().with("a.kql", "T|where a==1|take 5").with("b.csl", "T\n| take 5\n").with("c.txt", "T|take 1");
    let ended = folder.run(&["fmt", "."]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, ""), "{}", ended.stderr);
    assert_eq!(folder.read("a.kql"), "T\n| where a == 1\n| take 5\n");
    assert_eq!(folder.read("b.csl"), "T\n| take 5\n");
    assert_eq!(folder.read("c.txt"), "T|take 1", "a folder is searched for queries and rules");
    assert!(ended.stderr.contains("1 file changed, 1 as they are"), "{}", ended.stderr);
    assert_eq!(folder.run(&["fmt", "c.txt"]).code, 0);
    assert_eq!(folder.read("c.txt"), "T\n| take 1\n", "a file that is named is taken for a query");
}

#[test]
fn of_a_rule_only_the_query_changes() {
    let expect = "id: x  # stays\nname:   'as it was'\nquery: |\n    T\n    | where a == 1\n    // why\n    | take 5\n\n\nversion: 1.0.0\n";
    for (text, expect) in
        [(RULE.to_owned(), expect.to_owned()), (RULE.replace('\n', "\r\n"), expect.replace('\n', "\r\n"))]
    {
        let folder = Folder::new().with("rule.yaml", &text);
        assert_eq!(folder.run(&["fmt", "rule.yaml"]).code, 0);
        assert_eq!(folder.read("rule.yaml"), expect);
        assert_eq!(folder.run(&["fmt", "--check", "rule.yaml"]).code, 0, "twice changes nothing");
    }
}

/// Lines of blanks are content of a block scalar when they are longer than its indentation (YAML 1.2.2, 8.1.3).
#[test]
fn blank_lines_around_the_query_of_a_rule_are_no_trouble() {
    let folder = Folder::new().with("rule.yaml", "id: x\nquery: |  \n\n  T|take 5\n         \n\nname: n\n");
    assert_eq!(folder.run(&["fmt", "rule.yaml"]).code, 0);
    assert_eq!(folder.read("rule.yaml"), "id: x\nquery: |  \n  T\n  | take 5\n         \n\nname: n\n");
}

#[test]
fn check_shows_what_would_change_and_changes_nothing() {
    let folder = Folder::new().with("a.kql", "T|take 5\n");
    let ended = folder.run(&["fmt", "--check", "a.kql"]);
    assert_eq!(ended.code, 1);
    assert_eq!(ended.stdout, "--- a.kql\n+++ a.kql\n@@ -1 +1,2 @@\n-T|take 5\n+T\n+| take 5\n");
    assert_eq!(folder.read("a.kql"), "T|take 5\n");
}

#[test]
fn what_does_not_parse_stays_and_is_named_with_its_place() {
    let broken = RULE.replace("|take 5", "|| take 5");
    let folder = Folder::new().with("a.kql", "T | | take 5").with("rule.yaml", &broken).with("z.kql", "T|count");
    let ended = folder.run(&["fmt", "."]);
    assert_eq!(ended.code, 1);
    assert_eq!(folder.read("a.kql"), "T | | take 5");
    assert_eq!(folder.read("rule.yaml"), broken);
    assert_eq!(folder.read("z.kql"), "T\n| count\n", "a bad file never stops the others");
    assert!(ended.stderr.contains("a.kql:1:5"), "{}", ended.stderr);
    // Line 6 is `    || take 5`: the second bar is its sixth character.
    assert!(ended.stderr.contains("rule.yaml:6:6"), "{}", ended.stderr);
}

#[test]
fn a_query_on_the_line_of_its_key_stays() {
    let text = "id: x\nquery: T|take 5\n";
    let folder = Folder::new().with("rule.yml", text);
    let ended = folder.run(&["fmt", "rule.yml"]);
    assert_eq!((ended.code, folder.read("rule.yml").as_str()), (1, text));
    assert!(ended.stderr.contains("query: |"), "{}", ended.stderr);
}

/// A mark is EF BB BF in UTF-8 and FF FE in UTF-16 with the low byte first.
#[test]
fn encodings_and_line_ends_stay() {
    let utf16 = |text: &str| -> Vec<u8> {
        std::iter::once(0xfeff_u16).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let folder = Folder::new()
        .with("marked.kql", "\u{feff}T|where a == 'é'\r\n|take 1\r\n")
        .with("wide.kql", utf16("T|where a == 'é'\n"))
        .with("block.kql", "print a = ```x\r\ny```\r\n|take 1\r\n")
        .with("latin.kql", b"T|where a == '\xe9'\n");
    let ended = folder.run(&["fmt", "."]);
    assert_eq!(ended.code, 1);
    assert_eq!(folder.read("marked.kql"), "\u{feff}T\r\n| where a == 'é'\r\n| take 1\r\n");
    assert_eq!(std::fs::read(folder.path("wide.kql")).ok(), Some(utf16("T\n| where a == 'é'\n")));
    assert_eq!(folder.read("block.kql"), "print a = ```x\r\ny```\r\n| take 1\r\n");
    assert!(ended.stderr.contains("`./latin.kql` is not UTF-8 text (line 1, byte 14)"), "{}", ended.stderr);
}

#[test]
fn stdin_comes_back_laid_out_or_as_it_was() {
    let folder = Folder::new();
    assert_eq!(folder.run_with_stdin(&["fmt", "-"], "T|take 5").stdout, "T\n| take 5\n");
    assert!(folder.run_with_stdin(&["fmt", "-"], RULE).stdout.contains("\n    | take 5\n\n\nversion: 1.0.0\n"));
    let broken = folder.run_with_stdin(&["fmt", "-"], "T | |");
    assert_eq!((broken.code, broken.stdout.as_str()), (1, "T | |"));
    assert_eq!(run(&["fmt", "-", "a.kql"]).code, 2);
    assert_eq!(run(&["fmt", "nowhere"]).code, 2);
}

#[test]
fn functions_are_laid_out_as_they_stand_in_their_files() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("functions")).expect("a folder");
    let folder = folder.with("functions/F.kql", "// What it does.\n(a:int){T|where b==a}\n");
    assert_eq!(folder.run(&["fmt", "."]).code, 0);
    assert_eq!(folder.read("functions/F.kql"), "// What it does.\n(a: int) { T | where b == a }\n");
}

/// A line of a megabyte is laid out in the time that its length takes, and one that fits no line is left whole.
#[test]
fn very_long_lines_are_no_trouble() {
    let values: Vec<String> = (0..60_000).map(|number| format!("'host-{number:07}'")).collect();
    let folder = Folder::new().with("long.kql", format!("T | where a in ({})", values.join(",")));
    let ended = folder.run(&["fmt", "long.kql"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let text = folder.read("long.kql");
    assert!(text.lines().all(|line| line.chars().count() <= 120));
    assert_eq!(text.matches("host-").count(), 60_000);
}
