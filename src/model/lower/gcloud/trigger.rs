//! Triggers that commands create, and what starts them.

use super::{Call, account};
use crate::model::build::trigger::{Event, Trigger};
use crate::model::gcloud::GcloudCommand;
use crate::value::{Sourced, Text, Value, Why};

/// `gcloud builds triggers create`, of a build file. That of `--inline-config` lies where the
/// command runs, and the other in the root of the repository.
pub fn created(call: &Call<'_>, command: &GcloudCommand) -> Option<Trigger> {
    let config = call.flag("--build-config");
    let inline = call.flag("--inline-config");
    let named = config.at().or(inline.at());
    let path = match (config.known(), inline.known(), &call.invocation.folders[..]) {
        (Some(config), _, _) => config.value.literal()?.trim_start_matches("./").to_owned(),
        (None, Some(inline), [folder]) => folder.resolve(&inline.value)?,
        _ => return None,
    };
    let list = |name| match call.flag(name) {
        Value::Known(list) if list.value.literal().is_some() => {
            let text = list.value.literal().unwrap_or_default().to_owned();
            let item =
                |item: &str| Value::Known(Sourced { value: Text::from(item), ..list.clone() });
            text.split(',').map(item).collect()
        }
        Value::Unset => Vec::new(),
        value => vec![Value::unknown(value.at().unwrap_or(call.at), Why::Environment)],
    };
    let substitutions = match call.flag("--substitutions") {
        Value::Unknown(unknown) => vec![Value::Unknown(unknown)],
        _ => {
            let names = call.settings(&["--substitutions"]).into_iter();
            let open = (!command.is_whole).then(|| Value::unknown(call.at, Why::Environment));
            names.map(|(name, _)| Value::Known(name)).chain(open).collect()
        }
    };
    Some(Trigger {
        at: call.at,
        off: Vec::new(),
        build: path,
        is_inline: false,
        argument: "--included-files",
        named,
        repository: call.flag("--repo-name").or(call.flag("--repo")),
        event: event(call, command),
        region: call.flag("--region"),
        account: account(call),
        address: Value::Unset,
        substitutions,
        values: values(call),
        included: list("--included-files"),
        ignored: list("--ignored-files"),
    })
}

/// What starts the trigger that a command creates.
fn event(call: &Call<'_>, command: &GcloudCommand) -> Value<Event> {
    let patterns = [
        ("--branch-pattern", Event::Branch),
        ("--tag-pattern", Event::Tag),
        ("--pull-request-pattern", Event::PullRequest),
    ];
    let given = patterns.iter().filter_map(|(flag, event)| Some((call.flag(flag).at()?, *event)));
    match &given.collect::<Vec<_>>()[..] {
        [(at, event)] if command.is_whole => Value::literal(*event, *at),
        _ => Value::unknown(call.at, Why::Unread),
    }
}

/// What `--substitutions` gives, as far as the names are known.
pub fn values(call: &Call<'_>) -> Vec<(String, Sourced<Text>)> {
    let settings = call.settings(&["--substitutions"]).into_iter();
    settings.filter_map(|(name, value)| Some((name.value.literal()?.to_owned(), value))).collect()
}
