//! How the files that `externaldata` names are read: the words of the language, as types.
//!
//! In: names of formats and properties. Out: what they mean. Nothing is read here.

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExternalFormat {
    /// Cells with a separator between them and RFC 4180's quotes: csv, scsv (`;`).
    Quoted(char),
    /// Cells with a separator between them and no quotes: tsv, psv (`|`), sohsv (U+0001).
    Separated(char),
    /// A line is a record of one text; empty lines are none.
    Lines,
    /// The whole file is one text.
    Whole,
    /// An object a line.
    JsonLines,
    /// An array of objects, or objects with white space between them.
    MultiJson,
    /// Parquet, its columns found by name.
    Parquet,
}

impl ExternalFormat {
    /// The format of that name in `with (format = …)`, in any case; none when there is none here.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "csv" => Self::Quoted(','),
            "scsv" => Self::Quoted(';'),
            "tsv" => Self::Separated('\t'),
            "psv" => Self::Separated('|'),
            "sohsv" => Self::Separated('\u{1}'),
            "txt" => Self::Lines,
            "raw" => Self::Whole,
            "json" => Self::JsonLines,
            "multijson" => Self::MultiJson,
            "parquet" => Self::Parquet,
            _ => return None,
        })
    }

    /// The format that the end of a file's name tells: `.csv`, `.csv.gz`; csv when it tells none. Kusto's rule.
    pub fn of_file(name: &str) -> Self {
        let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zip")).unwrap_or(name);
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        Self::from_name(ending).unwrap_or(Self::Quoted(','))
    }
}

/// What `with (…)` says.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ExternalOptions {
    /// `format`; without it each file's name tells.
    pub format: Option<ExternalFormat>,
    /// `ignoreFirstRecord`: the first record of every file is a header.
    pub skips_first: bool,
    /// `zipPattern`: which files of an archive are read, `*` and `?` standing for any text and any character.
    pub zip_pattern: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kusto's page of the operator: the format is detected from the file's extension and is CSV by default.
    #[test]
    fn the_ending_tells_the_format() {
        assert_eq!(ExternalFormat::of_file("/feeds/a.csv"), ExternalFormat::Quoted(','));
        assert_eq!(ExternalFormat::of_file("/feeds/a.TXT"), ExternalFormat::Lines);
        assert_eq!(ExternalFormat::of_file("/feeds/a.tsv.gz"), ExternalFormat::Separated('\t'));
        assert_eq!(ExternalFormat::of_file("/feeds.json/recent"), ExternalFormat::Quoted(','));
        assert_eq!(ExternalFormat::of_file(""), ExternalFormat::Quoted(','));
    }
}
