//! Lists the function files into tables, so that adding a function edits no list.
//!
//! In: `src/functions/scalar/<category>/<name>.rs`, `src/functions/aggregate/<name>.rs`, and the same for `window` and `plugin`. Out: `functions.rs` in `OUT_DIR`, with one
//! module per file and one table per folder. The folder is the category, the file stem the KQL name.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("src/functions");
    let mut code = String::new();
    let mut categories = vec![];
    for category in entries(&root.join("scalar")) {
        let name = format!("scalar_{}", stem(&category));
        module(&mut code, &name, "Scalar", &category);
        categories.push(name);
    }
    module(&mut code, "aggregate_all", "Aggregate", &root.join("aggregate"));
    module(&mut code, "window_all", "Window", &root.join("window"));
    module(&mut code, "plugin_all", "Plugin", &root.join("plugin"));
    let tables: Vec<String> = categories.iter().map(|name| format!("{name}::TABLE")).collect();
    writeln!(code, "pub(super) static SCALAR_TABLES: &[&[&Scalar]] = &[{}];", tables.join(", "))
        .expect("a String grows");
    writeln!(code, "pub(super) static AGGREGATE_TABLES: &[&[&Aggregate]] = &[aggregate_all::TABLE];")
        .expect("a String grows");
    writeln!(code, "pub(super) static WINDOW_TABLES: &[&[&Window]] = &[window_all::TABLE];").expect("a String grows");
    writeln!(code, "pub(super) static PLUGIN_TABLES: &[&[&Plugin]] = &[plugin_all::TABLE];").expect("a String grows");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it")).join("functions.rs");
    fs::write(out, code).expect("OUT_DIR can be written");
    println!("cargo::rerun-if-changed=src/functions");
}

/// Writes one module with a child per file of `folder` and the table of their `FUNCTION`s.
fn module(code: &mut String, name: &str, ty: &str, folder: &Path) {
    writeln!(code, "mod {name} {{").expect("a String grows");
    let files: Vec<PathBuf> =
        entries(folder).into_iter().filter(|path| path.extension().is_some_and(|e| e == "rs")).collect();
    for file in &files {
        writeln!(code, "    #[path = {:?}]\n    mod r#{};", file.display().to_string(), stem(file))
            .expect("a String grows");
    }
    let rows: Vec<String> = files.iter().map(|file| format!("&r#{}::FUNCTION", stem(file))).collect();
    writeln!(code, "    pub(super) static TABLE: &[&super::{ty}] = &[{}];\n}}", rows.join(", "))
        .expect("a String grows");
}

/// The entries of a folder, sorted; none when there is no folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(reader) = fs::read_dir(folder) else { return vec![] };
    let mut paths: Vec<PathBuf> = reader.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> &str {
    path.file_stem().and_then(|stem| stem.to_str()).expect("function files have plain names")
}
