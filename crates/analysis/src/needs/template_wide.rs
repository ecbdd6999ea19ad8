//! What a template needs as a whole: for parameters that stand in Parameter Store, and for macros.
//!
//! Who makes the change set is asked for this. With the CDK's bootstrap that is the deploy role, which has it, and for
//! the role that CloudFormation assumes all of it is conditional; without roles it is the caller.

use iam::{ArnPattern, Context, JsonPointer};
use iam_reference::Phase;

use super::problem::{Problem, ProblemKind};
use super::{Executor, StackInput, place, references};
use crate::coverage::{Certainty, Need, ResourceNeeds};

/// The needs of a template as a whole, and what of it is left out.
pub(super) fn needs(stack: &StackInput<'_>) -> (Vec<ResourceNeeds>, Vec<Problem>) {
    // The change set fails when a parameter cannot be read (aws/aws-cdk#20959; the deploy role of
    // `cdk/bootstrap-template.default.yaml` has the permission for that) or a macro cannot be run
    // (aws/serverless-application-model#186).
    let certainty = match stack.executor {
        Executor::Role(_) => Certainty::Conditional,
        Executor::Caller => Certainty::Required,
    };
    let mut found: Vec<ResourceNeeds> = stack
        .template
        .parameters()
        .iter()
        .filter(|(_, parameter)| parameter.is_in_ssm())
        .map(|(name, parameter)| {
            let on = parameter.default.as_deref().unwrap_or("*");
            let on = references::parameter(on, stack.scope);
            let because = "the value of the parameter stands in Parameter Store";
            ResourceNeeds {
                resource: stack.reference(name, &parameter.kind, parameter.line),
                needs: both("ssm:GetParameters", &on, certainty, because),
            }
        })
        .collect();
    let mut problems = Vec::new();
    for name in stack.template.transforms() {
        // AWS's own macros are resources of the account `aws`.
        let partition = place::part(stack.scope.partition.as_ref());
        let region = place::part(stack.scope.region.as_ref());
        let on = match name.strip_prefix("AWS::") {
            Some(own) => {
                place::parsed(&format!("arn:{partition}:cloudformation:{region}:aws:transform/{own}"))
            }
            None => place::arn(stack.scope, "cloudformation", &format!("transform/{name}")),
        };
        let mut needs = both("cloudformation:CreateChangeSet", &on, certainty, "a change set runs the macro");
        if !name.starts_with("AWS::") {
            let function = place::arn(stack.scope, "lambda", "function:*");
            // Which function that is, no template tells.
            let because = "a change set runs the macro's function";
            needs.extend(both("lambda:InvokeFunction", &function, Certainty::Conditional, because));
        }
        found.push(ResourceNeeds { resource: stack.reference(name, "Transform", 1), needs });
        problems.push(Problem {
            stack: stack.name.to_owned(),
            file: stack.file.to_owned(),
            line: 1,
            pointer: JsonPointer::default().join("Transform"),
            kind: ProblemKind::LeftAlone,
            reason: format!(
                "what the macro `{name}` makes of the template is not known, so it is missing here"
            ),
        });
    }
    problems.extend(stack.template.left_alone().iter().map(|left| {
        stack.problem(left.line, left.pointer.clone(), ProblemKind::LeftAlone, left.why.clone())
    }));
    (found, problems)
}

/// A need of create and of update.
fn both(action: &str, on: &ArnPattern, certainty: Certainty, because: &str) -> Vec<Need> {
    let need = |phase| Need {
        action: action.to_owned(),
        resource: on.clone(),
        context: Context::default(),
        phase,
        certainty,
        because: because.to_owned(),
    };
    vec![need(Phase::Create), need(Phase::Update)]
}
