//! Which of ATT&CK's techniques belong to which tactics, and what of a rule does not fit.
//!
//! In: a rule. Out: a problem for each technique none of whose tactics the rule names. Techniques that are not in the table (newer ones, those of
//! industrial systems) are not judged; a sub-technique is judged by its technique.
//!
//! Source: MITRE ATT&CK for enterprise, version 17.0. © 2025 The MITRE Corporation. This work is reproduced and distributed with the permission
//! of The MITRE Corporation (attack.mitre.org/resources/legal-and-branding/terms-of-use).

use super::Rule;
use super::fields::Problems;
use crate::problem::Problem;

/// The numbers of the techniques of each tactic: 1071 is T1071.
const TECHNIQUES: [(&str, &[u16]); 14] = [
    ("Reconnaissance", &[1589, 1590, 1591, 1592, 1593, 1594, 1595, 1596, 1597, 1598]),
    ("ResourceDevelopment", &[1583, 1584, 1585, 1586, 1587, 1588, 1608, 1650]),
    ("InitialAccess", &[1078, 1091, 1133, 1189, 1190, 1195, 1199, 1200, 1566, 1659, 1669]),
    ("Execution", &[1047, 1053, 1059, 1072, 1106, 1129, 1203, 1204, 1559, 1569, 1609, 1610, 1648, 1651, 1674, 1675]),
    (
        "Persistence",
        &[
            1037, 1053, 1078, 1098, 1112, 1133, 1136, 1137, 1176, 1197, 1205, 1505, 1525, 1542, 1543, 1546, 1547, 1554,
            1556, 1574, 1653, 1668, 1671,
        ],
    ),
    ("PrivilegeEscalation", &[1037, 1053, 1055, 1068, 1078, 1098, 1134, 1484, 1543, 1546, 1547, 1548, 1574, 1611]),
    (
        "DefenseEvasion",
        &[
            1006, 1014, 1027, 1036, 1055, 1070, 1078, 1112, 1127, 1134, 1140, 1197, 1202, 1205, 1207, 1211, 1216, 1218,
            1220, 1221, 1222, 1480, 1484, 1497, 1535, 1542, 1548, 1550, 1553, 1556, 1562, 1564, 1574, 1578, 1599, 1600,
            1601, 1610, 1612, 1620, 1622, 1647, 1656, 1666, 1672,
        ],
    ),
    (
        "CredentialAccess",
        &[1003, 1040, 1056, 1110, 1111, 1187, 1212, 1528, 1539, 1552, 1555, 1556, 1557, 1558, 1606, 1621, 1649],
    ),
    (
        "Discovery",
        &[
            1007, 1010, 1012, 1016, 1018, 1033, 1040, 1046, 1049, 1057, 1069, 1082, 1083, 1087, 1120, 1124, 1135, 1201,
            1217, 1482, 1497, 1518, 1526, 1538, 1580, 1613, 1614, 1615, 1619, 1622, 1652, 1654, 1673,
        ],
    ),
    ("LateralMovement", &[1021, 1072, 1080, 1091, 1210, 1534, 1550, 1563, 1570]),
    (
        "Collection",
        &[1005, 1025, 1039, 1056, 1074, 1113, 1114, 1115, 1119, 1123, 1125, 1185, 1213, 1530, 1557, 1560, 1602],
    ),
    (
        "CommandAndControl",
        &[1001, 1008, 1071, 1090, 1092, 1095, 1102, 1104, 1105, 1132, 1205, 1219, 1568, 1571, 1572, 1573, 1659, 1665],
    ),
    ("Exfiltration", &[1011, 1020, 1029, 1030, 1041, 1048, 1052, 1537, 1567]),
    ("Impact", &[1485, 1486, 1489, 1490, 1491, 1495, 1496, 1498, 1499, 1529, 1531, 1561, 1565, 1657, 1667]),
];

/// Names the techniques that belong to none of the tactics of the rule.
pub fn check_techniques(rule: &Rule) -> Vec<Problem> {
    let mut problems = Problems::new(&rule.file);
    if rule.tactics.is_empty() {
        return problems.found;
    }
    for (at, technique) in rule.techniques.iter().enumerate() {
        let tactics = tactics_of(technique);
        if !tactics.is_empty() && !rule.tactics.iter().any(|tactic| tactics.contains(&tactic.as_str())) {
            let message =
                format!("`{technique}` is a technique of {}, which the rule does not name", tactics.join(", "));
            problems.add(format!("relevantTechniques[{at}]"), message);
        }
    }
    problems.found
}

/// The tactics of a technique or of the technique above a sub-technique; none when it is not known.
fn tactics_of(technique: &str) -> Vec<&'static str> {
    let number = technique.split('.').next().and_then(|id| id.strip_prefix('T')).and_then(|number| number.parse().ok());
    let Some(number) = number else { return vec![] };
    let holds = |(_, numbers): &&(&str, &[u16])| numbers.binary_search(&number).is_ok();
    TECHNIQUES.iter().filter(holds).map(|(tactic, _)| *tactic).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// attack.mitre.org/techniques/T1071, T1583.004 and T1053: their tactics as the pages name them.
    #[test]
    fn techniques_have_tactics() {
        assert_eq!(tactics_of("T1071.001"), ["CommandAndControl"]);
        assert_eq!(tactics_of("T1583.004"), ["ResourceDevelopment"]);
        assert_eq!(tactics_of("T1053"), ["Execution", "Persistence", "PrivilegeEscalation"]);
        assert_eq!(tactics_of("T9999"), [""; 0]);
        assert_eq!(tactics_of("x"), [""; 0]);
    }

    #[test]
    fn numbers_are_sorted_for_the_search() {
        assert!(TECHNIQUES.iter().all(|(_, numbers)| numbers.is_sorted()));
    }
}
