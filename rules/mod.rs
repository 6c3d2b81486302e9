//! The rules, one folder each: `check.rs` decides, `README.md` explains and tests.
//!
//! To add one, make the folder and add its two lines here. `tests/pages.rs` fails if a folder,
//! its lines and its page do not agree.

use crate::rule::Rule;

#[path = "add-instead-of-copy/check.rs"]
mod add_instead_of_copy;
#[path = "apt-in-script/check.rs"]
mod apt_in_script;
#[path = "argument-count/check.rs"]
mod argument_count;
#[path = "as-casing/check.rs"]
mod as_casing;
#[path = "bashism/check.rs"]
mod bashism;
#[path = "bind-localhost/check.rs"]
mod bind_localhost;
#[path = "broad-copy/check.rs"]
mod broad_copy;
#[path = "broken-test/check.rs"]
mod broken_test;
#[path = "build-config-not-found/check.rs"]
mod build_config_not_found;
#[path = "build-logs-unset/check.rs"]
mod build_logs_unset;
#[path = "build-platform-leak/check.rs"]
mod build_platform_leak;
#[path = "buildkit-syntax-unsupported/check.rs"]
mod buildkit_syntax_unsupported;
#[path = "cd-in-run/check.rs"]
mod cd_in_run;
#[path = "cluster-not-set/check.rs"]
mod cluster_not_set;
#[path = "consecutive-run/check.rs"]
mod consecutive_run;
#[path = "constant-platform/check.rs"]
mod constant_platform;
#[path = "context-not-found/check.rs"]
mod context_not_found;
#[path = "copied-archive-extracted/check.rs"]
mod copied_archive_extracted;
#[path = "copy-destination-not-folder/check.rs"]
mod copy_destination_not_folder;
#[path = "copy-from-empty-stage/check.rs"]
mod copy_from_empty_stage;
#[path = "copy-from-later-stage/check.rs"]
mod copy_from_later_stage;
#[path = "copy-from-unknown-stage/check.rs"]
mod copy_from_unknown_stage;
#[path = "copy-owned-by-root/check.rs"]
mod copy_owned_by_root;
#[path = "copy-source-ignored/check.rs"]
mod copy_source_ignored;
#[path = "copy-source-missing/check.rs"]
mod copy_source_missing;
#[path = "copy-source-unreachable/check.rs"]
mod copy_source_unreachable;
#[path = "copy-source-untracked/check.rs"]
mod copy_source_untracked;
#[path = "copy-without-workdir/check.rs"]
mod copy_without_workdir;
#[path = "curl-and-wget/check.rs"]
mod curl_and_wget;
#[path = "curl-without-fail/check.rs"]
mod curl_without_fail;
#[path = "default-image-invalid/check.rs"]
mod default_image_invalid;
#[path = "deploy-before-push/check.rs"]
mod deploy_before_push;
#[path = "deprecated-in-build/check.rs"]
mod deprecated_in_build;
#[path = "distribution-upgrade/check.rs"]
mod distribution_upgrade;
#[path = "dockerfile-not-found/check.rs"]
mod dockerfile_not_found;
#[path = "download-run/check.rs"]
mod download_run;
#[path = "duplicate-label/check.rs"]
mod duplicate_label;
#[path = "duplicate-stage-name/check.rs"]
mod duplicate_stage_name;
#[path = "duplicate-step-id/check.rs"]
mod duplicate_step_id;
#[path = "empty-continuation/check.rs"]
mod empty_continuation;
#[path = "empty-substitution/check.rs"]
mod empty_substitution;
#[path = "emulation-unused/check.rs"]
mod emulation_unused;
#[path = "entrypoint-not-found/check.rs"]
mod entrypoint_not_found;
#[path = "envsubst-default/check.rs"]
mod envsubst_default;
#[path = "exec-form-variable/check.rs"]
mod exec_form_variable;
#[path = "file-not-uploaded/check.rs"]
mod file_not_uploaded;
#[path = "filesystem-copied/check.rs"]
mod filesystem_copied;
#[path = "floating-base-image/check.rs"]
mod floating_base_image;
#[path = "gcloud-argument-count/check.rs"]
mod gcloud_argument_count;
#[path = "gcloud-flag-value/check.rs"]
mod gcloud_flag_value;
#[path = "health-check-not-found/check.rs"]
mod health_check_not_found;
#[path = "high-user-id/check.rs"]
mod high_user_id;
#[path = "idle-ignore-pattern/check.rs"]
mod idle_ignore_pattern;
#[path = "idle-trigger-pattern/check.rs"]
mod idle_trigger_pattern;
#[path = "image-not-built/check.rs"]
mod image_not_built;
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
#[path = "invalid-label-key/check.rs"]
mod invalid_label_key;
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
#[path = "misplaced-directive/check.rs"]
mod misplaced_directive;
#[path = "missing-label/check.rs"]
mod missing_label;
#[path = "missing-target-platform/check.rs"]
mod missing_target_platform;
#[path = "module-not-copied/check.rs"]
mod module_not_copied;
#[path = "mutable-image-tag/check.rs"]
mod mutable_image_tag;
#[path = "no-healthcheck/check.rs"]
mod no_healthcheck;
#[path = "no-shell/check.rs"]
mod no_shell;
#[path = "no-user/check.rs"]
mod no_user;
#[path = "npm-install/check.rs"]
mod npm_install;
#[path = "package-cache-kept/check.rs"]
mod package_cache_kept;
#[path = "package-lists-kept/check.rs"]
mod package_lists_kept;
#[path = "package-not-installed/check.rs"]
mod package_not_installed;
#[path = "package-prompt/check.rs"]
mod package_prompt;
#[path = "password-in-build/check.rs"]
mod password_in_build;
#[path = "pipe-without-pipefail/check.rs"]
mod pipe_without_pipefail;
#[path = "platform-arg-unset/check.rs"]
mod platform_arg_unset;
#[path = "platform-mismatch/check.rs"]
mod platform_mismatch;
#[path = "platform-unpinned/check.rs"]
mod platform_unpinned;
#[path = "pool-region-mismatch/check.rs"]
mod pool_region_mismatch;
#[path = "port-drift/check.rs"]
mod port_drift;
#[path = "port-format/check.rs"]
mod port_format;
#[path = "port-protocol-casing/check.rs"]
mod port_protocol_casing;
#[path = "python-version-drift/check.rs"]
mod python_version_drift;
#[path = "recommended-packages/check.rs"]
mod recommended_packages;
#[path = "redundant-target-platform/check.rs"]
mod redundant_target_platform;
#[path = "relative-workdir/check.rs"]
mod relative_workdir;
#[path = "removal-of-root/check.rs"]
mod removal_of_root;
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
#[path = "script-not-substituted/check.rs"]
mod script_not_substituted;
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
#[path = "secret-not-mounted/check.rs"]
mod secret_not_mounted;
#[path = "server-drift/check.rs"]
mod server_drift;
#[path = "service-deployed-twice/check.rs"]
mod service_deployed_twice;
#[path = "service-selects-nothing/check.rs"]
mod service_selects_nothing;
#[path = "shell-form-process/check.rs"]
mod shell_form_process;
#[path = "shell-replaced/check.rs"]
mod shell_replaced;
#[path = "shell-syntax-error/check.rs"]
mod shell_syntax_error;
#[path = "shellcheck/check.rs"]
mod shellcheck;
#[path = "ssh-port/check.rs"]
mod ssh_port;
#[path = "stage-name-casing/check.rs"]
mod stage_name_casing;
#[path = "stage-not-found/check.rs"]
mod stage_not_found;
#[path = "stale-package-index/check.rs"]
mod stale_package_index;
#[path = "substitution-not-dynamic/check.rs"]
mod substitution_not_dynamic;
#[path = "sudo-in-build/check.rs"]
mod sudo_in_build;
#[path = "target-platform-unsupported/check.rs"]
mod target_platform_unsupported;
#[path = "trigger-misses-source/check.rs"]
mod trigger_misses_source;
#[path = "unanswered-prompt/check.rs"]
mod unanswered_prompt;
#[path = "unassigned-variable/check.rs"]
mod unassigned_variable;
#[path = "unchecked-cd/check.rs"]
mod unchecked_cd;
#[path = "unchecked-download/check.rs"]
mod unchecked_download;
#[path = "undeclared-argument/check.rs"]
mod undeclared_argument;
#[path = "undeclared-name/check.rs"]
mod undeclared_name;
#[path = "undefined-substitution/check.rs"]
mod undefined_substitution;
#[path = "undefined-variable/check.rs"]
mod undefined_variable;
#[path = "unexpected-label/check.rs"]
mod unexpected_label;
#[path = "unknown-command/check.rs"]
mod unknown_command;
#[path = "unknown-flag/check.rs"]
mod unknown_flag;
#[path = "unknown-gcloud-command/check.rs"]
mod unknown_gcloud_command;
#[path = "unknown-gcloud-flag/check.rs"]
mod unknown_gcloud_flag;
#[path = "unknown-step-id/check.rs"]
mod unknown_step_id;
#[path = "unpinned-language-package/check.rs"]
mod unpinned_language_package;
#[path = "unpinned-system-package/check.rs"]
mod unpinned_system_package;
#[path = "unquoted-test/check.rs"]
mod unquoted_test;
#[path = "unquoted-variable/check.rs"]
mod unquoted_variable;
#[path = "unreachable-stage/check.rs"]
mod unreachable_stage;
#[path = "untrusted-registry/check.rs"]
mod untrusted_registry;
#[path = "unused-ignore-file/check.rs"]
mod unused_ignore_file;
#[path = "unused-substitution/check.rs"]
mod unused_substitution;
#[path = "unused-user/check.rs"]
mod unused_user;
#[path = "useless-command/check.rs"]
mod useless_command;
#[path = "user-by-name/check.rs"]
mod user_by_name;
#[path = "variable-not-expanded/check.rs"]
mod variable_not_expanded;
#[path = "variable-of-same-env/check.rs"]
mod variable_of_same_env;
#[path = "venv-moved/check.rs"]
mod venv_moved;
#[path = "verification-disabled/check.rs"]
mod verification_disabled;
#[path = "wget-progress/check.rs"]
mod wget_progress;
#[path = "world-writable/check.rs"]
mod world_writable;
#[path = "wrong-entrypoint/check.rs"]
mod wrong_entrypoint;
#[path = "wrong-image-deployed/check.rs"]
mod wrong_image_deployed;

/// Every rule, in the order of their names.
pub static ALL: &[&Rule] = &[
    &add_instead_of_copy::RULE,
    &apt_in_script::RULE,
    &argument_count::RULE,
    &as_casing::RULE,
    &bashism::RULE,
    &bind_localhost::RULE,
    &broad_copy::RULE,
    &broken_test::RULE,
    &build_config_not_found::RULE,
    &build_logs_unset::RULE,
    &build_platform_leak::RULE,
    &buildkit_syntax_unsupported::RULE,
    &cd_in_run::RULE,
    &cluster_not_set::RULE,
    &consecutive_run::RULE,
    &constant_platform::RULE,
    &context_not_found::RULE,
    &copied_archive_extracted::RULE,
    &copy_destination_not_folder::RULE,
    &copy_from_empty_stage::RULE,
    &copy_from_later_stage::RULE,
    &copy_from_unknown_stage::RULE,
    &copy_owned_by_root::RULE,
    &copy_source_ignored::RULE,
    &copy_source_missing::RULE,
    &copy_source_unreachable::RULE,
    &copy_source_untracked::RULE,
    &copy_without_workdir::RULE,
    &curl_and_wget::RULE,
    &curl_without_fail::RULE,
    &default_image_invalid::RULE,
    &deploy_before_push::RULE,
    &deprecated_in_build::RULE,
    &distribution_upgrade::RULE,
    &dockerfile_not_found::RULE,
    &download_run::RULE,
    &duplicate_label::RULE,
    &duplicate_stage_name::RULE,
    &duplicate_step_id::RULE,
    &empty_continuation::RULE,
    &empty_substitution::RULE,
    &emulation_unused::RULE,
    &entrypoint_not_found::RULE,
    &envsubst_default::RULE,
    &exec_form_variable::RULE,
    &file_not_uploaded::RULE,
    &filesystem_copied::RULE,
    &floating_base_image::RULE,
    &gcloud_argument_count::RULE,
    &gcloud_flag_value::RULE,
    &health_check_not_found::RULE,
    &high_user_id::RULE,
    &idle_ignore_pattern::RULE,
    &idle_trigger_pattern::RULE,
    &image_not_built::RULE,
    &image_not_loaded::RULE,
    &install_script_not_copied::RULE,
    &instruction_casing::RULE,
    &invalid_build_command::RULE,
    &invalid_build_file::RULE,
    &invalid_json_form::RULE,
    &invalid_label::RULE,
    &invalid_label_key::RULE,
    &invalid_substitution::RULE,
    &lambda_image_index::RULE,
    &lambda_image_reference::RULE,
    &legacy_key_value::RULE,
    &libc_mismatch::RULE,
    &maintainer_deprecated::RULE,
    &manifest_not_found::RULE,
    &manual_image_build::RULE,
    &misplaced_directive::RULE,
    &missing_label::RULE,
    &missing_target_platform::RULE,
    &module_not_copied::RULE,
    &mutable_image_tag::RULE,
    &no_healthcheck::RULE,
    &no_shell::RULE,
    &no_user::RULE,
    &npm_install::RULE,
    &package_cache_kept::RULE,
    &package_lists_kept::RULE,
    &package_not_installed::RULE,
    &package_prompt::RULE,
    &password_in_build::RULE,
    &pipe_without_pipefail::RULE,
    &platform_arg_unset::RULE,
    &platform_mismatch::RULE,
    &platform_unpinned::RULE,
    &pool_region_mismatch::RULE,
    &port_drift::RULE,
    &port_format::RULE,
    &port_protocol_casing::RULE,
    &python_version_drift::RULE,
    &recommended_packages::RULE,
    &redundant_target_platform::RULE,
    &relative_workdir::RULE,
    &removal_of_root::RULE,
    &repeated_instruction::RULE,
    &repository_not_in_terraform::RULE,
    &reserved_env::RULE,
    &reserved_stage_name::RULE,
    &runs_as_root::RULE,
    &script_not_substituted::RULE,
    &secret_copied::RULE,
    &secret_env_undeclared::RULE,
    &secret_env_unused::RULE,
    &secret_in_image::RULE,
    &secret_not_in_terraform::RULE,
    &secret_not_mounted::RULE,
    &server_drift::RULE,
    &service_deployed_twice::RULE,
    &service_selects_nothing::RULE,
    &shell_form_process::RULE,
    &shell_replaced::RULE,
    &shell_syntax_error::RULE,
    &shellcheck::RULE,
    &ssh_port::RULE,
    &stage_name_casing::RULE,
    &stage_not_found::RULE,
    &stale_package_index::RULE,
    &substitution_not_dynamic::RULE,
    &sudo_in_build::RULE,
    &target_platform_unsupported::RULE,
    &trigger_misses_source::RULE,
    &unanswered_prompt::RULE,
    &unassigned_variable::RULE,
    &unchecked_cd::RULE,
    &unchecked_download::RULE,
    &undeclared_argument::RULE,
    &undeclared_name::RULE,
    &undefined_substitution::RULE,
    &undefined_variable::RULE,
    &unexpected_label::RULE,
    &unknown_command::RULE,
    &unknown_flag::RULE,
    &unknown_gcloud_command::RULE,
    &unknown_gcloud_flag::RULE,
    &unknown_step_id::RULE,
    &unpinned_language_package::RULE,
    &unpinned_system_package::RULE,
    &unquoted_test::RULE,
    &unquoted_variable::RULE,
    &unreachable_stage::RULE,
    &untrusted_registry::RULE,
    &unused_ignore_file::RULE,
    &unused_substitution::RULE,
    &unused_user::RULE,
    &useless_command::RULE,
    &user_by_name::RULE,
    &variable_not_expanded::RULE,
    &variable_of_same_env::RULE,
    &venv_moved::RULE,
    &verification_disabled::RULE,
    &wget_progress::RULE,
    &world_writable::RULE,
    &wrong_entrypoint::RULE,
    &wrong_image_deployed::RULE,
];
