//! The words of names: the verb and the noun of an action, and when two names are the same.

/// What names of properties and actions end with, behind what they are about.
const ENDS: [&str; 18] = [
    "indays",
    "policy",
    "configurationlist",
    "configurations",
    "configuration",
    "config",
    "specifications",
    "specification",
    "spec",
    "settings",
    "setting",
    "policydocument",
    "document",
    "enabled",
    "status",
    "options",
    "arns",
    "ids",
];

/// The same, where only one thing is meant.
const SINGLE_ENDS: [&str; 3] = ["arn", "id", "name"];

/// What an action's noun ends with that works on all of a resource: `UpdateDeliveryConfiguration`.
const WHOLE: [&str; 11] = [
    "configuration",
    "config",
    "attributes",
    "attribute",
    "settings",
    "setting",
    "options",
    "properties",
    "metadata",
    "details",
    "v2",
];

/// How short a stem may be.
const MIN_STEM: usize = 4;

/// The verb and the noun of an action's name: `Create` and `Bucket`. A name that does not begin with a word has no verb.
pub(super) fn verb_and_noun(name: &str) -> (&str, &str) {
    let begins = name.starts_with(|c: char| c.is_ascii_uppercase());
    let rest = name.get(1..).unwrap_or_default();
    let end = rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len());
    if begins && end > 0 { name.split_at(end + 1) } else { ("", name) }
}

/// The letters and digits of a name in lower case.
pub(super) fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The letters and digits of a name in lower case, without the plural: names are equal that differ in no more.
pub(super) fn normal(name: &str) -> String {
    let mut name = letters(name);
    if name.ends_with("ies") {
        name.truncate(name.len() - 3);
        name.push('y');
    } else if name.ends_with("sses") {
        name.truncate(name.len() - 2);
    } else if name.ends_with('s') && !name.ends_with("ss") {
        name.pop();
    }
    name
}

/// What a name is about: without what such names end with, and without `of` in front of it.
///
/// `BucketEncryption` of a bucket and `PutEncryptionConfiguration` have one stem.
pub(super) fn stem(name: &str, of: &str) -> String {
    let stem = without_ends(name);
    match stem.strip_prefix(of) {
        Some(rest) if rest.len() > 2 => normal(rest),
        _ => stem,
    }
}

/// What a name is about: without what such names end with.
pub(super) fn without_ends(name: &str) -> String {
    let mut stem = letters(name);
    let ends = || ENDS.iter().chain(&SINGLE_ENDS);
    while let Some(rest) = ends().find_map(|end| stem.strip_suffix(end).filter(|rest| rest.len() >= MIN_STEM))
    {
        stem.truncate(rest.len());
    }
    normal(&stem)
}

/// The noun of an action that works on all of a resource without the word that says so, in normal form.
pub(super) fn without_whole(noun: &str) -> String {
    let noun = letters(noun);
    let rest = WHOLE.iter().find_map(|end| noun.strip_suffix(end));
    normal(rest.unwrap_or(&noun))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_a_verb_and_a_noun() {
        for (name, verb, noun) in [
            ("CreateBucket", "Create", "Bucket"),
            ("UpdateSSHPublicKey", "Update", "SSHPublicKey"),
            ("POST", "", "POST"),
            ("invoke", "", "invoke"),
            ("Scan", "Scan", ""),
            ("", "", ""),
        ] {
            assert_eq!(verb_and_noun(name), (verb, noun), "{name}");
        }
    }

    #[test]
    fn names_are_equal_whatever_their_case_and_number() {
        for (name, expected) in [
            ("LoadBalancers", "loadbalancer"),
            ("Policies", "policy"),
            ("WebACL", "webacl"),
            ("Access", "access"),
            ("log-group", "loggroup"),
            ("Addresses", "address"),
        ] {
            assert_eq!(normal(name), expected, "{name}");
        }
    }

    #[test]
    fn a_stem_is_what_a_name_is_about() {
        for (name, of, expected) in [
            ("BucketEncryption", "bucket", "encryption"),
            ("EncryptionConfiguration", "bucket", "encryption"),
            ("RetentionInDays", "loggroup", "retention"),
            ("RetentionPolicy", "loggroup", "retention"),
            ("RoleName", "role", "role"),
            ("KmsKeyId", "loggroup", "kmskey"),
            ("VersionId", "function", "version"),
            ("Tags", "bucket", "tag"),
        ] {
            assert_eq!(stem(name, of), expected, "{name} of {of}");
        }
    }

    #[test]
    fn an_action_may_work_on_all_of_a_resource() {
        assert_eq!(without_whole("DeliveryConfiguration"), "delivery");
        assert_eq!(without_whole("QueueAttributes"), "queue");
        assert_eq!(without_whole("Queues"), "queue");
    }
}
