//! The rules, one folder each: `check.rs` decides, `README.md` explains and tests.
//!
//! To add one, make the folder and add its two lines here. `tests/pages.rs` fails if a folder,
//! its lines and its page do not agree.

use crate::rule::Rule;

#[path = "as-casing/check.rs"]
mod as_casing;
#[path = "bind-localhost/check.rs"]
mod bind_localhost;
#[path = "broad-copy/check.rs"]
mod broad_copy;
#[path = "build-config-not-found/check.rs"]
mod build_config_not_found;
#[path = "build-platform-leak/check.rs"]
mod build_platform_leak;
#[path = "constant-platform/check.rs"]
mod constant_platform;
#[path = "context-not-found/check.rs"]
mod context_not_found;
#[path = "copy-source-ignored/check.rs"]
mod copy_source_ignored;
#[path = "copy-source-missing/check.rs"]
mod copy_source_missing;
#[path = "copy-source-unreachable/check.rs"]
mod copy_source_unreachable;
#[path = "default-image-invalid/check.rs"]
mod default_image_invalid;
#[path = "deploy-before-push/check.rs"]
mod deploy_before_push;
#[path = "dockerfile-not-found/check.rs"]
mod dockerfile_not_found;
#[path = "duplicate-stage-name/check.rs"]
mod duplicate_stage_name;
#[path = "duplicate-step-id/check.rs"]
mod duplicate_step_id;
#[path = "empty-continuation/check.rs"]
mod empty_continuation;
#[path = "emulation-unused/check.rs"]
mod emulation_unused;
#[path = "entrypoint-not-found/check.rs"]
mod entrypoint_not_found;
#[path = "envsubst-default/check.rs"]
mod envsubst_default;
#[path = "exec-form-variable/check.rs"]
mod exec_form_variable;
#[path = "floating-base-image/check.rs"]
mod floating_base_image;
#[path = "gcloud-flag-value/check.rs"]
mod gcloud_flag_value;
#[path = "idle-ignore-pattern/check.rs"]
mod idle_ignore_pattern;
#[path = "image-not-loaded/check.rs"]
mod image_not_loaded;
#[path = "install-script-not-copied/check.rs"]
mod install_script_not_copied;
#[path = "instruction-casing/check.rs"]
mod instruction_casing;
#[path = "invalid-build-command/check.rs"]
mod invalid_build_command;
#[path = "invalid-build-file/check.rs"]
mod invalid_build_file;
#[path = "invalid-json-form/check.rs"]
mod invalid_json_form;
#[path = "invalid-label/check.rs"]
mod invalid_label;
#[path = "invalid-substitution/check.rs"]
mod invalid_substitution;
#[path = "lambda-image-index/check.rs"]
mod lambda_image_index;
#[path = "lambda-image-reference/check.rs"]
mod lambda_image_reference;
#[path = "legacy-key-value/check.rs"]
mod legacy_key_value;
#[path = "libc-mismatch/check.rs"]
mod libc_mismatch;
#[path = "maintainer-deprecated/check.rs"]
mod maintainer_deprecated;
#[path = "manifest-not-found/check.rs"]
mod manifest_not_found;
#[path = "manual-image-build/check.rs"]
mod manual_image_build;
#[path = "missing-label/check.rs"]
mod missing_label;
#[path = "missing-target-platform/check.rs"]
mod missing_target_platform;
#[path = "module-not-copied/check.rs"]
mod module_not_copied;
#[path = "mutable-image-tag/check.rs"]
mod mutable_image_tag;
#[path = "package-not-installed/check.rs"]
mod package_not_installed;
#[path = "package-prompt/check.rs"]
mod package_prompt;
#[path = "platform-arg-unset/check.rs"]
mod platform_arg_unset;
#[path = "platform-mismatch/check.rs"]
mod platform_mismatch;
#[path = "platform-unpinned/check.rs"]
mod platform_unpinned;
#[path = "port-drift/check.rs"]
mod port_drift;
#[path = "port-format/check.rs"]
mod port_format;
#[path = "port-protocol-casing/check.rs"]
mod port_protocol_casing;
#[path = "python-version-drift/check.rs"]
mod python_version_drift;
#[path = "relative-workdir/check.rs"]
mod relative_workdir;
#[path = "repeated-instruction/check.rs"]
mod repeated_instruction;
#[path = "repository-not-in-terraform/check.rs"]
mod repository_not_in_terraform;
#[path = "reserved-env/check.rs"]
mod reserved_env;
#[path = "reserved-stage-name/check.rs"]
mod reserved_stage_name;
#[path = "runs-as-root/check.rs"]
mod runs_as_root;
#[path = "secret-copied/check.rs"]
mod secret_copied;
#[path = "secret-env-undeclared/check.rs"]
mod secret_env_undeclared;
#[path = "secret-env-unused/check.rs"]
mod secret_env_unused;
#[path = "secret-in-image/check.rs"]
mod secret_in_image;
#[path = "secret-not-in-terraform/check.rs"]
mod secret_not_in_terraform;
#[path = "server-drift/check.rs"]
mod server_drift;
#[path = "service-deployed-twice/check.rs"]
mod service_deployed_twice;
#[path = "shell-form-process/check.rs"]
mod shell_form_process;
#[path = "stage-name-casing/check.rs"]
mod stage_name_casing;
#[path = "stale-package-index/check.rs"]
mod stale_package_index;
#[path = "sudo-in-build/check.rs"]
mod sudo_in_build;
#[path = "target-platform-unsupported/check.rs"]
mod target_platform_unsupported;
#[path = "trigger-misses-source/check.rs"]
mod trigger_misses_source;
#[path = "undeclared-argument/check.rs"]
mod undeclared_argument;
#[path = "undefined-substitution/check.rs"]
mod undefined_substitution;
#[path = "undefined-variable/check.rs"]
mod undefined_variable;
#[path = "unexpected-label/check.rs"]
mod unexpected_label;
#[path = "unknown-gcloud-flag/check.rs"]
mod unknown_gcloud_flag;
#[path = "unknown-step-id/check.rs"]
mod unknown_step_id;
#[path = "untrusted-registry/check.rs"]
mod untrusted_registry;
#[path = "unused-ignore-file/check.rs"]
mod unused_ignore_file;
#[path = "unused-substitution/check.rs"]
mod unused_substitution;
#[path = "venv-moved/check.rs"]
mod venv_moved;
#[path = "verification-disabled/check.rs"]
mod verification_disabled;
#[path = "wrong-image-deployed/check.rs"]
mod wrong_image_deployed;

/// Every rule, in the order of their names.
pub static ALL: &[&Rule] = &[
    &as_casing::RULE,
    &bind_localhost::RULE,
    &broad_copy::RULE,
    &build_config_not_found::RULE,
    &build_platform_leak::RULE,
    &constant_platform::RULE,
    &context_not_found::RULE,
    &copy_source_ignored::RULE,
    &copy_source_missing::RULE,
    &copy_source_unreachable::RULE,
    &default_image_invalid::RULE,
    &deploy_before_push::RULE,
    &dockerfile_not_found::RULE,
    &duplicate_stage_name::RULE,
    &duplicate_step_id::RULE,
    &empty_continuation::RULE,
    &emulation_unused::RULE,
    &entrypoint_not_found::RULE,
    &envsubst_default::RULE,
    &exec_form_variable::RULE,
    &floating_base_image::RULE,
    &gcloud_flag_value::RULE,
    &idle_ignore_pattern::RULE,
    &image_not_loaded::RULE,
    &install_script_not_copied::RULE,
    &instruction_casing::RULE,
    &invalid_build_command::RULE,
    &invalid_build_file::RULE,
    &invalid_json_form::RULE,
    &invalid_label::RULE,
    &invalid_substitution::RULE,
    &lambda_image_index::RULE,
    &lambda_image_reference::RULE,
    &legacy_key_value::RULE,
    &libc_mismatch::RULE,
    &maintainer_deprecated::RULE,
    &manifest_not_found::RULE,
    &manual_image_build::RULE,
    &missing_label::RULE,
    &missing_target_platform::RULE,
    &module_not_copied::RULE,
    &mutable_image_tag::RULE,
    &package_not_installed::RULE,
    &package_prompt::RULE,
    &platform_arg_unset::RULE,
    &platform_mismatch::RULE,
    &platform_unpinned::RULE,
    &port_drift::RULE,
    &port_format::RULE,
    &port_protocol_casing::RULE,
    &python_version_drift::RULE,
    &relative_workdir::RULE,
    &repeated_instruction::RULE,
    &repository_not_in_terraform::RULE,
    &reserved_env::RULE,
    &reserved_stage_name::RULE,
    &runs_as_root::RULE,
    &secret_copied::RULE,
    &secret_env_undeclared::RULE,
    &secret_env_unused::RULE,
    &secret_in_image::RULE,
    &secret_not_in_terraform::RULE,
    &server_drift::RULE,
    &service_deployed_twice::RULE,
    &shell_form_process::RULE,
    &stage_name_casing::RULE,
    &stale_package_index::RULE,
    &sudo_in_build::RULE,
    &target_platform_unsupported::RULE,
    &trigger_misses_source::RULE,
    &undeclared_argument::RULE,
    &undefined_substitution::RULE,
    &undefined_variable::RULE,
    &unexpected_label::RULE,
    &unknown_gcloud_flag::RULE,
    &unknown_step_id::RULE,
    &untrusted_registry::RULE,
    &unused_ignore_file::RULE,
    &unused_substitution::RULE,
    &venv_moved::RULE,
    &verification_disabled::RULE,
    &wrong_image_deployed::RULE,
];
