//! Exclusions → a change of an allow-list that a person can review.
//!
//! In: the list as text (CSV with a header), exclusions, and who answers for them. Out: the new text and the difference. Rows are only added; what
//! is there stays byte for byte.

use similar::TextDiff;

use super::exclusion::Exclusion;

/// Who answers for exclusions, and until when.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) owner: String,
    pub(crate) reason: String,
    /// Days, as `2026-09-01`.
    pub(crate) added: String,
    pub(crate) expires: String,
}

/// The header of a list that is made new.
const HEADER: &str = "SearchKey,Process,Suffix,Family,Owner,Reason,Added,Expires\n";

/// Columns without which a row allows nothing.
const NEEDED: [&str; 4] = ["Process", "Suffix", "Owner", "Expires"];

/// A change of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// The list after it.
    pub(crate) text: String,
    /// Unified, with the name of the list.
    pub(crate) diff: String,
    /// Exclusions that the list has already.
    pub(crate) known: Vec<Exclusion>,
}

/// Adds exclusions to a list.
///
/// # Errors
/// A list without a needed column, or that is no CSV.
pub(crate) fn add(name: &str, list: &str, exclusions: &[Exclusion], answer: &Answer) -> Result<Change, String> {
    let before = if list.trim().is_empty() { HEADER.to_owned() } else { list.to_owned() };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(before.as_bytes());
    let header: Vec<String> =
        reader.headers().map_err(|error| format!("`{name}`: {error}"))?.iter().map(|it| it.trim().to_owned()).collect();
    let place = |column: &str| header.iter().position(|known| known == column);
    if let Some(missing) = NEEDED.iter().find(|column| place(column).is_none()) {
        return Err(format!("`{name}` has no column {missing}; columns here: {}", header.join(", ")));
    }
    let mut there = vec![];
    for record in reader.records() {
        let record = record.map_err(|error| format!("`{name}`: {error}"))?;
        let cell = |column: &str| place(column).and_then(|at| record.get(at)).unwrap_or_default().trim().to_lowercase();
        there.push(Exclusion { process: cell("Process"), suffix: cell("Suffix").trim_matches('.').to_owned() });
    }
    let (known, new): (Vec<_>, Vec<_>) = exclusions.iter().cloned().partition(|exclusion| there.contains(exclusion));
    let mut writer = csv::Writer::from_writer(vec![]);
    for exclusion in &new {
        let cells = header.iter().map(|column| match column.as_str() {
            "SearchKey" => format!("{}|{}", exclusion.process, exclusion.suffix),
            "Process" => exclusion.process.clone(),
            "Suffix" => exclusion.suffix.clone(),
            "Owner" => answer.owner.clone(),
            "Reason" => answer.reason.clone(),
            "Added" => answer.added.clone(),
            "Expires" => answer.expires.clone(),
            _ => String::new(),
        });
        writer.write_record(cells).map_err(|error| error.to_string())?;
    }
    let rows = writer.into_inner().map_err(|error| error.to_string())?;
    let mut text = before;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(&String::from_utf8_lossy(&rows));
    let diff = match new.is_empty() {
        true => String::new(),
        false => TextDiff::from_lines(list, &text).unified_diff().header(name, name).to_string(),
    };
    let text = if new.is_empty() { list.to_owned() } else { text };
    Ok(Change { text, diff, known })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> Answer {
        Answer {
            owner: "ops@corp.example".into(),
            reason: "agent, approved".into(),
            added: "2026-03-02".into(),
            expires: "2026-09-01".into(),
        }
    }

    #[test]
    fn rows_are_added_in_the_columns_of_the_list_and_nothing_else_changes() {
        let agent = Exclusion::parse("agent.exe=vendor.example").expect("an exclusion");
        let known = Exclusion::parse("old.exe=old.example").expect("an exclusion");
        let list = "Suffix,Process,Owner,Expires,Ticket\nold.example,Old.exe,me,2027-01-01,7";
        let change = add("list.csv", list, &[agent.clone(), known.clone()], &answer()).expect("a list");
        assert_eq!(change.text, format!("{list}\nvendor.example,agent.exe,ops@corp.example,2026-09-01,\n"));
        assert!(change.diff.contains("+vendor.example,agent.exe,ops@corp.example,2026-09-01,"), "{}", change.diff);
        assert_eq!(change.known, [known]);
        let again = add("list.csv", &change.text, &[agent], &answer()).expect("a list");
        assert_eq!((again.text, again.diff), (change.text, String::new()), "a second time adds nothing");
    }

    #[test]
    fn a_new_list_gets_a_header_and_cells_are_quoted() {
        let agent = Exclusion::parse("agent.exe=vendor.example").expect("an exclusion");
        let change = add("list.csv", "", &[agent], &answer()).expect("a list");
        let row = "agent.exe|vendor.example,agent.exe,vendor.example,,ops@corp.example,\"agent, approved\",2026-03-02,2026-09-01\n";
        assert_eq!(change.text, format!("{HEADER}{row}"));
        let error = add("list.csv", "Process,Suffix\n", &[], &answer()).expect_err("no owner");
        assert!(error.contains("no column Owner"), "{error}");
    }
}
