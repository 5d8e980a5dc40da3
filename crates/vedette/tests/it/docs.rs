//! `vedette docs`: the reference as a user reads it.

use crate::run::{Folder, run};

#[test]
fn a_page_is_printed_by_name() {
    let page = run(&["docs", "strcat"]);
    assert_eq!(page.code, 0, "{}", page.stderr);
    // The name and the sentence of the function's file, and the first example of its specification.
    for part in ["# strcat\n", "strcat(value, …) → string", "## Examples", "print text = strcat('hello', ' ', 'world')"]
    {
        assert!(page.stdout.contains(part), "{part}: {}", page.stdout);
    }
    let table = run(&["docs", "devicenetworkevents"]);
    assert!(table.stdout.contains("| `RemotePort` | int |"), "{}", table.stdout);
    // An operator and an aggregate are called `count`.
    let both = run(&["docs", "count"]);
    assert!(
        both.stdout.contains("_tabular operator_") && both.stdout.contains("_aggregate function_"),
        "{}",
        both.stdout
    );
    let few = run(&["docs", "summarize"]).stdout;
    let all = run(&["docs", "summarize", "--all"]).stdout;
    assert!(few.contains("more with --all") && !all.contains("more with --all") && all.len() > few.len());
}

#[test]
fn a_name_that_is_not_there_is_refused_with_those_that_are_near() {
    let missed = run(&["docs", "sumarize"]);
    assert!(missed.code == 2 && missed.stderr.contains("summarize"), "{}", missed.stderr);
    let far = run(&["docs", "qqqqqq"]);
    assert!(far.code == 2 && far.stderr.contains("vedette docs"), "{}", far.stderr);
}

/// Every link of the index is a page, and two runs write the same.
#[test]
fn all_pages_are_written_with_an_index_and_the_same_each_time() {
    let folder = Folder::new();
    for name in ["one", "two"] {
        let ended = folder.run(&["docs", "--output", name]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
    }
    let index = folder.read("one/index.md");
    assert_eq!(index, folder.read("two/index.md"));
    let mut count = 0;
    for link in index.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(link, _)| link)) {
        let page = folder.read(&format!("one/{link}"));
        assert!(page.starts_with("# "), "{link}");
        assert_eq!(page, folder.read(&format!("two/{link}")), "{link}");
        count += 1;
    }
    assert!(count > 1000, "{count} pages");
    let text = folder.read("one/tables/DeviceNetworkEvents.md");
    assert!(text.contains("(../sources/sysmon.md)") && folder.path("one/sources/sysmon.md").exists());
}

#[test]
fn a_lint_has_the_page_that_its_file_is() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("own/lints")).expect("a folder");
    let folder = folder
        .with("own/lints/VD9999.md", "# VD9999 odd-habit\n\nFinds odd habits.\n\n## Why it matters\n\nIt is odd.\n");
    for name in ["VD9999", "odd-habit"] {
        let ended = folder.run(&["docs", name, "--content", "own"]);
        assert_eq!(ended.stdout, folder.read("own/lints/VD9999.md"), "{}", ended.stderr);
    }
    let index = folder.run(&["docs", "--content", "own"]);
    assert!(index.stdout.contains("[VD9999](lints/VD9999.md), odd-habit: Finds odd habits."), "{}", index.stdout);
}

/// What a user lays over the program's content is in the reference as well.
#[test]
fn functions_of_a_folder_have_pages() {
    let folder = Folder::new().with("Twice.kql", "// Twice a number.\n(x: long) { x * 2 }");
    let ended = folder.run(&["docs", "Twice", "--functions", "."]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("Twice a number.") && ended.stdout.contains("x * 2"), "{}", ended.stdout);
}
