//! The names that CloudFormation makes up.
//!
//! Handlers call `IdentifierUtils.generateResourceIdentifier` of the `cloudformation-cli-java-plugin`
//! (github.com/aws-cloudformation/cloudformation-cli-java-plugin), of which the rules on length are. Where a
//! part is cut, the pattern leaves out one character more: older handlers cut a little earlier.

use super::rule::Generated;

/// A hyphen and 12 random characters.
const RANDOM: usize = 13;

/// What is kept of a nested stack's parent and logical id, by names seen.
const NESTED_PART: usize = 42;

/// The pattern of a name that CloudFormation makes up; `stack` may be a pattern that ends with `*`, as that of
/// a nested stack, or `None`.
pub(super) fn pattern(generated: Generated, stack: Option<&str>, logical_id: &str) -> String {
    let any = "*".to_owned();
    match generated {
        Generated::WithStack(max) => stack.map_or(any, |stack| with_stack(stack, logical_id, max)),
        Generated::Lower(max) => {
            stack.map_or(any, |stack| with_stack(stack, logical_id, max)).to_ascii_lowercase()
        }
        Generated::WithoutStack(max) => part(logical_id, max.saturating_sub(RANDOM), "-*"),
        Generated::Cfn => format!("CFN-{logical_id}-*"),
        Generated::NestedStack => match stack {
            Some(stack) if !stack.contains('*') && stack.len() <= NESTED_PART => {
                format!("{stack}-{}", part(logical_id, NESTED_PART, "-*"))
            }
            Some(stack) => format!("{}*", head(known(stack), NESTED_PART - 1)),
            None => any,
        },
        Generated::StackStart(length) => {
            stack.map_or(any, |stack| format!("{}*", head(known(stack), length)))
        }
        Generated::LogicalId => format!("{logical_id}*"),
        Generated::Any => any,
    }
}

/// Each part has half of what there is for both, and what the other leaves; of an odd number the stack has one
/// more.
fn with_stack(stack: &str, logical_id: &str, max: usize) -> String {
    let free = max.saturating_sub(RANDOM + 1);
    let for_stack = (free - free / 2).max(free.saturating_sub(logical_id.len()));
    if stack.contains('*') {
        return format!("{}*", head(known(stack), for_stack.saturating_sub(1)));
    }
    let stack = single_hyphens(stack);
    if stack.len() > for_stack {
        return format!("{}*", head(&stack, for_stack.saturating_sub(1)));
    }
    format!("{stack}-{}", part(logical_id, free - stack.len(), "-*"))
}

/// A part of a name, and what follows when the whole of it has its place.
fn part(text: &str, max: usize, then: &str) -> String {
    if text.len() <= max {
        format!("{text}{then}")
    } else {
        format!("{}*", head(text, max.saturating_sub(1)))
    }
}

fn head(text: &str, length: usize) -> &str {
    text.get(..length).unwrap_or(text)
}

/// What is known of a stack's name.
fn known(stack: &str) -> &str {
    stack.split('*').next().unwrap_or_default()
}

/// The stack's name as identifiers have it: no hyphen in front, none behind another.
fn single_hyphens(stack: &str) -> String {
    let words: Vec<&str> = stack.split('-').filter(|word| !word.is_empty()).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_as_handlers_cut_them() {
        let long = "TaskOrchestratorOrchestratorFunctionServiceRole";
        let table = [
            (Generated::WithStack(64), "app", "Function", "app-Function-*"),
            (Generated::WithStack(64), "-my--app", "Function", "my-app-Function-*"),
            // 25 characters for each; the stack leaves 6 of its own.
            (
                Generated::WithStack(64),
                "backgroundagent-dev",
                long,
                "backgroundagent-dev-TaskOrchestratorOrchestratorFu*",
            ),
            (
                Generated::WithStack(64),
                "ChineseboostAnalyticsStack",
                "RainlyticsSummariesJobFunction",
                "ChineseboostAnalyticsSta*",
            ),
            (
                Generated::Lower(63),
                "ChineseboostAnalyticsStack",
                "RainlyticsLogsBucket8df4XXXX",
                "chineseboostanalyticssta*",
            ),
            (Generated::Lower(63), "App", "Bucket", "app-bucket-*"),
            (Generated::WithStack(64), "app-Nested-*", "Function", "app-Nested-*"),
            (Generated::WithStack(64), "a-stack-of-a-long-name-Nested*", long, "a-stack-of-a-long-name-N*"),
            (
                Generated::WithoutStack(40),
                "app",
                "JiraIntegrationWebhookSecret1",
                "JiraIntegrationWebhookSecr*",
            ),
            (Generated::WithoutStack(40), "app", "dbSecret8003E3A7", "dbSecret8003E3A7-*"),
            (Generated::Cfn, "app", "Parameter", "CFN-Parameter-*"),
            (Generated::NestedStack, "app", "Nested", "app-Nested-*"),
            (
                Generated::NestedStack,
                "app",
                "AVeryLongLogicalIdOfANestedStackInAStackResource",
                "app-AVeryLongLogicalIdOfANestedStackInAStackR*",
            ),
            (Generated::StackStart(5), "deploy-app", "EcsTargets", "deplo*"),
            (Generated::LogicalId, "app", "Layer", "Layer*"),
            (Generated::Any, "app", "Key", "*"),
        ];
        for (generated, stack, logical_id, expected) in table {
            assert_eq!(
                pattern(generated, Some(stack), logical_id),
                expected,
                "{generated:?} {stack} {logical_id}"
            );
        }
        assert_eq!(pattern(Generated::WithStack(64), None, "Function"), "*");
        assert_eq!(pattern(Generated::WithoutStack(80), None, "Machine"), "Machine-*");
    }
}
