//! Detections and sources come with what proves them.

use std::path::Path;

use super::Complaint;

/// Complains about detections without guide, hit or near miss.
pub(super) fn check(root: &Path) -> Vec<Complaint> {
    let packs = root.join("content/packs");
    let mut complaints = vec![];
    for pack in folders(&packs) {
        require(&pack, "pack.yaml", root, &mut complaints);
        for detection in folders(&pack.join("detections")) {
            for file in ["rule.yaml", "guide.md"] {
                require(&detection, file, root, &mut complaints);
            }
            let cases = folders(&detection.join("tests")).into_iter().map(|case| case.join("case.yaml"));
            let cases: Vec<String> = cases.filter_map(|case| std::fs::read_to_string(case).ok()).collect();
            let near_misses = cases.iter().filter(|case| case.lines().any(|line| line == "alerts: []")).count();
            if near_misses == 0 || near_misses == cases.len() {
                let text = "a detection needs a test case that fires and a near miss that stays silent";
                complaints.push(Complaint::new(&shown(&detection, root), 0, text));
            }
        }
    }
    complaints
}

fn require(folder: &Path, name: &str, root: &Path, complaints: &mut Vec<Complaint>) {
    if !folder.join(name).is_file() {
        complaints.push(Complaint::new(&shown(folder, root), 0, format!("no {name}")));
    }
}

fn shown(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

fn folders(path: &Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = std::fs::read_dir(path) else { return vec![] };
    let mut folders: Vec<_> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}
