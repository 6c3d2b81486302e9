//! What is wrong with a text that is no YAML, in the words of those who write it.

use super::DEPTH;
use granit_parser::ErrorKind;

/// The reason for which the parser stops. What hardly anybody writes is told in its own words.
pub(super) fn of(kind: &ErrorKind) -> String {
    use ErrorKind as E;
    let text = match kind {
        E::RecursionLimitExceeded => return too_deep(),
        E::UnclosedFlowCollection { open } => return format!("this `{open}` is never closed"),
        E::MismatchedFlowCollectionEnd { open, close } => {
            return format!("`{open}` is closed by `{close}`");
        }
        E::UnexpectedCharacter { character: '`' } => {
            "a text without quotes cannot start with a backtick"
        }
        E::UnexpectedCharacter { character } => {
            return format!("a text without quotes cannot start with `{character}`");
        }
        E::MisplacedFlowCollectionEnd => "this bracket closes nothing",
        E::ExpectedFlowSequenceSeparator => "a `,` or `]` is missing before this",
        E::ExpectedFlowMappingSeparator => "a `,` or `}` is missing before this",
        E::UnexpectedEofFlowSequence => "the file ends before the `]` of a list",
        E::UnexpectedEofFlowMapping | E::UnexpectedEofImplicitFlowMapping => {
            "the file ends before the `}` of a map"
        }
        E::TabNotAllowed | E::TabInBlockIndentation | E::TabInIndentation => {
            "a tab stands in the indentation, which is made of blanks"
        }
        E::InvalidIndentation => "this line is indented unlike all lines above it",
        E::ExpectedBlockSequenceEntry => {
            "a `-` is missing, or this line is indented unlike the items above it"
        }
        E::ExpectedBlockMappingKey => {
            "a key is missing, or this line is indented unlike the keys above it"
        }
        E::SimpleKeyExpected | E::InvalidSimpleKey => "a key stands here without a `:` behind it",
        E::MappingValueNotAllowed => {
            "this `:` makes a second key of what is a value, or follows a line without one"
        }
        E::InvalidColonPlacement => "this `:` stands where a list in brackets is not closed",
        E::InvalidMappingValueWhitespace => "a blank is missing behind this `:`",
        E::MappingKeyNotAllowed => "no key can stand here",
        E::BlockSequenceEntryNotAllowed | E::BlockEntryInFlowCollection => {
            "no item with a `-` can stand here"
        }
        E::ExpectedNodeContent => "a value is missing here",
        E::UnclosedQuotedScalar => "this quote is never closed",
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => {
            "text follows behind the closing quote"
        }
        E::UnknownQuotedScalarEscape => "double quotes know no such escape by `\\`",
        E::InvalidQuotedScalarIndent => "a line of a quoted text is indented too little",
        E::MissingAnchorOrAliasName => "`&` or `*` stands without a name",
        other => return other.to_string(),
    };
    text.to_owned()
}

/// What is said of collections that are not read, since too many lie in one another.
pub(super) fn too_deep() -> String {
    format!("collections are nested more than {DEPTH} deep")
}
