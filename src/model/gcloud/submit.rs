//! Values that `gcloud builds submit` refuses. Source: googlecloudsdk/command_lib/builds,
//! `flags.py` and `submit_util.py` of 528.0.0, asked 2026-11.

use super::GcloudCommand;
use super::refusal::{Refused, items, refused};
use crate::model::reference::has_capitals;
use crate::value::{Piece, Sourced, Text};

/// Gigabytes of a disk.
const DISK: std::ops::RangeInclusive<u64> = 100..=1_024;

impl GcloudCommand {
    /// What of the values of `gcloud builds submit` is refused, and of commands that make triggers.
    pub(super) fn refused_by_builds(&self) -> Vec<Refused> {
        let account = self.value("--service-account").and_then(account);
        let tag = self.value("--tag").or(self.value("-t")).and_then(|tag| capital("--tag", tag));
        match self.name().as_str() {
            "builds submit" => {}
            name if name.starts_with("builds triggers ") => return account.into_iter().collect(),
            _ => return Vec::new(),
        }
        let disk = self.literal("--disk-size").and_then(disk);
        let pool = self.literal("--worker-pool").and_then(pool);
        let odd = [self.odd_tag(), self.odd_pack(), disk, pool, account, tag];
        odd.into_iter().flatten().collect()
    }

    /// An image of a registry that it does not push to.
    fn odd_tag(&self) -> Option<Refused> {
        let tag = self.flag("--tag").or(self.flag("-t"))?.value.known()?;
        odd_registry("`--tag`", tag, tag.value.literal()?)
    }

    /// Settings of a buildpack without an image, or with one of another registry.
    fn odd_pack(&self) -> Option<Refused> {
        let pack = self.value("--pack")?;
        let items = items(&pack.value)?;
        let is_whole = pack.value.literal().is_some();
        let mut images = items.iter().filter(|item| item.starts_with("image="));
        match (images.next(), items.iter().all(|item| item.split('=').len() > 1)) {
            (Some(image), _) => {
                odd_registry("`image` of `--pack`", pack, image.literal()?.strip_prefix("image=")?)
            }
            (None, true) if is_whole => {
                let message = "`--pack` names no `image`".to_owned();
                let help = "add `image=LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE`";
                Some(refused(pack, message, "lacks a setting", help.to_owned()))
            }
            _ => None,
        }
    }
}

fn odd_registry(what: &str, at: &Sourced<Text>, image: &str) -> Option<Refused> {
    (!image.contains("gcr.io") && !image.contains("pkg.dev")).then(|| {
        let message = format!("{what} is `{image}`, but must be of `gcr.io` or `pkg.dev`");
        let help = "name an image of Artifact Registry: `LOCATION-docker.pkg.dev/...`";
        refused(at, message, "is of another registry", help.to_owned())
    })
}

/// An image whose name has capitals.
pub(super) fn capital(flag: &str, image: &Sourced<Text>) -> Option<Refused> {
    has_capitals(&image.value).then(|| {
        let is_odd = |part: &&str| part.contains(|c: char| c.is_ascii_uppercase());
        let parts = image.value.split('/');
        let parts: Vec<Text> =
            parts.iter().filter_map(|part| part.split(':').into_iter().next()).collect();
        let part = parts.iter().filter_map(Text::literal).rfind(is_odd);
        let message = match (image.value.literal(), part) {
            (Some(image), _) => format!("`{flag}` is `{image}`, whose name has capitals"),
            (None, Some(part)) => {
                format!("`{part}` in `{flag}` has capitals, and the name of an image has none")
            }
            (None, None) => format!("the name of the image that `{flag}` gives has capitals"),
        };
        refused(image, message, "has capitals", "write it in small letters".to_owned())
    })
}

/// A service account by its address alone. Source: googlecloudsdk/api_lib/cloudbuild, `build.py`
/// and `trigger_config.py` of 528.0.0, which pass it on as it is.
fn account(given: &Sourced<Text>) -> Option<Refused> {
    let address = address(&given.value)?;
    let (message, help) = match given.value.literal() {
        Some(_) => (
            format!("`--service-account` is `{address}`, which is no path of an account"),
            format!("write `projects/PROJECT/serviceAccounts/{address}`"),
        ),
        None => (
            "`--service-account` is the address of an account, but must be its path".to_owned(),
            "write `projects/PROJECT/serviceAccounts/` before it".to_owned(),
        ),
    };
    Some(refused(given, message, "is refused", help))
}

/// The address of a service account, if a text is one and no path.
pub fn address(text: &Text) -> Option<String> {
    let [Piece::Literal(start), ..] = text.pieces() else { return None };
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let name = start.split('@').next().filter(|name| name.len() < start.len())?;
    let is_address = !name.is_empty() && name.chars().all(is_word);
    is_address.then(|| text.to_string())
}

/// A private pool that is not called by its whole path.
fn pool((given, text): (&Sourced<Text>, &str)) -> Option<Refused> {
    let is_path = ["projects/", "/locations/", "/workerPools/"].iter().all(|p| text.contains(p));
    (!is_path && !text.is_empty()).then(|| {
        let message = format!("`--worker-pool` is `{text}`, which is no path of a private pool");
        let name = text.rsplit('/').next().unwrap_or_default();
        let help = format!("write `projects/PROJECT/locations/REGION/workerPools/{name}`");
        refused(given, message, "is refused", help)
    })
}

/// A disk that is too small or too large. Without a unit it has gigabytes.
fn disk((given, text): (&Sourced<Text>, &str)) -> Option<Refused> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(digits.len()..)?.to_ascii_lowercase();
    let unit = match unit.as_str() {
        "b" => Some(1),
        "k" | "kb" | "kib" => Some(1 << 10),
        "m" | "mb" | "mib" => Some(1 << 20),
        "" | "g" | "gb" | "gib" => Some(1_u64 << 30),
        "t" | "tb" | "tib" => Some(1 << 40),
        "p" | "pb" | "pib" => Some(1 << 50),
        _ => None,
    };
    let (least, most) = (DISK.start(), DISK.end());
    let (message, label, may_be_newer) = match (digits.parse::<f64>(), unit) {
        (Ok(number), Some(unit)) => {
            let bytes = number * unit as f64;
            let fits = bytes >= (least << 30) as f64 && bytes <= (most << 30) as f64;
            if fits {
                return None;
            }
            let message =
                format!("`--disk-size` is `{text}`, but must be from {least} to {most} GB");
            // Cloud Build itself gives larger ones by now.
            (message, "is out of range", bytes > (most << 30) as f64)
        }
        _ => (format!("`--disk-size` is `{text}`, which is no size"), "is refused", false),
    };
    let help = format!("give a size from `{least}GB` to `1TB`");
    Some(Refused { may_be_newer, ..refused(given, message, label, help) })
}
