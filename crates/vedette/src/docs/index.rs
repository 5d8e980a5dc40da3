//! The index of the reference: every page by kind, functions by category as well.

use super::{Kind, Page, Reference, specs};

/// The index in Markdown, with links to the pages.
pub(crate) fn index(reference: &Reference) -> String {
    let mut text = "# Reference\n\nPrinted by `vedette docs` from the tables of the program.\n".to_owned();
    for kind in Kind::ALL {
        let pages: Vec<&Page> = reference.pages.iter().filter(|page| page.kind == kind).collect();
        if pages.is_empty() {
            continue;
        }
        text.push_str(&format!("\n## {}\n\n", kind.heading()));
        match kind {
            Kind::Scalar => by_category(&mut text, &pages),
            _ => pages.into_iter().for_each(|page| line(&mut text, page)),
        }
    }
    text
}

fn by_category(text: &mut String, pages: &[&Page]) {
    let category = |page: &Page| specs::of(page).map_or("other", |spec| spec.category);
    let mut categories: Vec<&str> = pages.iter().map(|page| category(page)).collect();
    categories.sort_unstable();
    categories.dedup();
    for (at, name) in categories.into_iter().enumerate() {
        text.push_str(&format!("{}### {name}\n\n", if at > 0 { "\n" } else { "" }));
        pages.iter().filter(|page| category(page) == name).for_each(|page| line(text, page));
    }
}

fn line(text: &mut String, page: &Page) {
    let aliases = match page.aliases.as_slice() {
        [] => String::new(),
        aliases => format!(", {}", aliases.join(", ")),
    };
    let summary = if page.summary.is_empty() { String::new() } else { format!(": {}", page.summary) };
    text.push_str(&format!("- [{0}]({1}/{0}.md){aliases}{summary}\n", page.name, page.kind.folder()));
}
