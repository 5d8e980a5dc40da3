//! Writes address databases, so that the reader is tested against the format and not against a file of somebody's.
//!
//! Source: maxmind.github.io/MaxMind-DB: a search tree over 128 bits with records of 24, sixteen zeros, the data, the metadata.

/// A value of the data section.
pub(crate) enum Data {
    Text(&'static str),
    Double(f64),
    Short(u16),
    Word(u32),
    Long(u64),
    Map(Vec<(&'static str, Data)>),
    Array(Vec<Data>),
}

/// A database in which each network (its first bits, of 128) has its record.
pub(crate) fn database(networks: &[(Vec<bool>, Data)]) -> Vec<u8> {
    // A record is nothing, another node, or a place in the data.
    #[derive(Clone, Copy)]
    enum Record {
        Nothing,
        Node(usize),
        Data(usize),
    }
    let mut nodes = vec![[Record::Nothing; 2]];
    let mut data = vec![];
    for (bits, record) in networks {
        let place = data.len();
        write(record, &mut data);
        let (last, path) = bits.split_last().expect("a network has bits");
        let mut at = 0;
        for bit in path {
            at = match nodes[at][usize::from(*bit)] {
                Record::Node(next) => next,
                _ => {
                    nodes.push([Record::Nothing; 2]);
                    let next = nodes.len() - 1;
                    nodes[at][usize::from(*bit)] = Record::Node(next);
                    next
                }
            };
        }
        nodes[at][usize::from(*last)] = Record::Data(place);
    }
    let mut bytes = vec![];
    for record in nodes.iter().flatten() {
        let value = match record {
            Record::Nothing => nodes.len(),
            Record::Node(node) => *node,
            Record::Data(place) => nodes.len() + 16 + place,
        };
        bytes.extend_from_slice(&u32::try_from(value).expect("a small database").to_be_bytes()[1..]);
    }
    bytes.extend_from_slice(&[0; 16]);
    bytes.extend_from_slice(&data);
    bytes.extend_from_slice(b"\xAB\xCD\xEFMaxMind.com");
    let metadata = Data::Map(vec![
        ("binary_format_major_version", Data::Short(2)),
        ("binary_format_minor_version", Data::Short(0)),
        ("build_epoch", Data::Long(1_714_521_600)),
        ("database_type", Data::Text("Test-City")),
        ("description", Data::Map(vec![("en", Data::Text("made for a test"))])),
        ("ip_version", Data::Short(6)),
        ("languages", Data::Array(vec![Data::Text("en")])),
        ("node_count", Data::Word(u32::try_from(nodes.len()).expect("a small database"))),
        ("record_size", Data::Short(24)),
    ]);
    write(&metadata, &mut bytes);
    bytes
}

/// The bits of an IPv6 network, or of an IPv4 network in `::/96`.
pub(crate) fn network(address: std::net::IpAddr, prefix: usize) -> Vec<bool> {
    let (number, prefix) = match address {
        std::net::IpAddr::V4(address) => (u128::from(u32::from(address)), prefix + 96),
        std::net::IpAddr::V6(address) => (u128::from(address), prefix),
    };
    (0..prefix).map(|bit| number >> (127 - bit) & 1 == 1).collect()
}

fn write(data: &Data, bytes: &mut Vec<u8>) {
    match data {
        Data::Text(text) => {
            control(2, text.len(), bytes);
            bytes.extend_from_slice(text.as_bytes());
        }
        Data::Double(value) => {
            control(3, 8, bytes);
            bytes.extend_from_slice(&value.to_be_bytes());
        }
        Data::Short(value) => {
            control(5, 2, bytes);
            bytes.extend_from_slice(&value.to_be_bytes());
        }
        Data::Word(value) => {
            control(6, 4, bytes);
            bytes.extend_from_slice(&value.to_be_bytes());
        }
        Data::Long(value) => {
            control(9, 8, bytes);
            bytes.extend_from_slice(&value.to_be_bytes());
        }
        Data::Map(entries) => {
            control(7, entries.len(), bytes);
            for (key, value) in entries {
                write(&Data::Text(key), bytes);
                write(value, bytes);
            }
        }
        Data::Array(items) => {
            control(11, items.len(), bytes);
            items.iter().for_each(|item| write(item, bytes));
        }
    }
}

/// The control byte; types above 7 stand in a byte of their own.
fn control(kind: u8, size: usize, bytes: &mut Vec<u8>) {
    let size = u8::try_from(size).ok().filter(|size| *size < 29).expect("values of a test are short");
    if kind <= 7 {
        bytes.push(kind << 5 | size);
    } else {
        bytes.push(size);
        bytes.push(kind - 7);
    }
}
