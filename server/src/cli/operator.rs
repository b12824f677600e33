//! The operator's door: organisations, people and tokens from the command line. Secrets are printed once.

use app::model::{Role, organisation::Sector};
use clap::Subcommand;

use super::{opening::open, print_out};
use crate::{
    App,
    config::Config,
    service::{
        Asker, Error, Once, account,
        founding::{NewOrganisation, NewPerson},
    },
};

#[derive(Debug, Subcommand)]
pub(super) enum OrganisationCommand {
    /// Adds an organisation
    Add {
        #[command(flatten)]
        config: Box<Config>,
        /// The word in addresses: eiisac
        #[arg(long)]
        slug: String,
        /// In full: Elections Infrastructure Information Sharing and Analysis Center
        #[arg(long)]
        name: String,
        /// On chips: EI-ISAC [default: the slug in capitals]
        #[arg(long)]
        short: Option<String>,
        /// In narrow columns [default: the slug's first four letters]
        #[arg(long)]
        code: Option<String>,
        /// agency, company, election_office, sharing_centre, civil or room
        #[arg(long, value_parser = word::<Sector>)]
        sector: Sector,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum PersonCommand {
    /// Adds a person; their password is printed once
    Add {
        #[command(flatten)]
        config: Box<Config>,
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        /// The organisation's word in addresses
        #[arg(long)]
        organisation: String,
        /// analyst, liaison, shift_lead, leadership, counsel, org_admin, room_admin, auditor or screen
        #[arg(long = "role", required = true, value_parser = word::<Role>)]
        roles: Vec<Role>,
    },
    /// Gives a person a new password, printed once, and ends all their sessions
    Reset {
        #[command(flatten)]
        config: Box<Config>,
        #[arg(long)]
        email: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Makes a token, printed once
    Add {
        #[command(flatten)]
        config: Box<Config>,
        /// The e-mail address of the person whose token it is
        #[arg(long)]
        person: String,
        /// What will use it
        #[arg(long, default_value = "command line")]
        name: String,
        /// Days until it ends [default: it does not]
        #[arg(long)]
        days: Option<i64>,
    },
}

/// A word of a closed list.
fn word<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "it is not one of the known words; --help lists them".to_owned())
}

pub(super) async fn organisation(command: OrganisationCommand) -> Result<(), String> {
    let OrganisationCommand::Add { config, slug, name, short, code, sector } = command;
    let room = open(&config).await?;
    let short = short.unwrap_or_else(|| slug.to_uppercase());
    let code = code.unwrap_or_else(|| account::code(&slug));
    let new = NewOrganisation { slug: slug.clone(), name, short, code, sector };
    let done = account::add_organisation(&room, new).await.map_err(refusal);
    room.close().await;
    done.map(|()| print_out(&format!("Added {slug}.")))
}

pub(super) async fn person(command: PersonCommand) -> Result<(), String> {
    let (config, email, done) = match command {
        PersonCommand::Add { config, email, name, organisation, roles } => {
            (config, email.clone(), Some(NewPerson { email, name, organisation, roles }))
        }
        PersonCommand::Reset { config, email } => (config, email, None),
    };
    let app = App::new(open(&config).await?, *config);
    let hasher = app.sign_in.hasher();
    let password = match done {
        Some(new) => account::add_person(&app.room, hasher, new).await,
        None => account::reset_password(&app.room, hasher, &email).await,
    };
    app.room.close().await;
    password.map_err(refusal).map(|password| print_out(&format!("Password of {email}: {password}")))
}

pub(super) async fn token(command: TokenCommand) -> Result<(), String> {
    let TokenCommand::Add { config, person, name, days } = command;
    let room = open(&config).await?;
    let directory = room.directory();
    let viewer = directory.find(&person).and_then(|member| directory.viewer(member.person.id));
    let viewer = viewer.ok_or_else(|| format!("nobody who may sign in is {person}"))?;
    let asker = Asker { viewer, request: "operator".into(), address: "operator".into() };
    let token = account::add_token(&room, &asker, &name, days, &Once::each_time()).await.map_err(refusal);
    room.close().await;
    token.map(|token| print_out(&token))
}

/// A refusal of a use case as one line.
fn refusal(error: Error) -> String {
    match error {
        Error::Invalid(errors) => {
            errors.iter().map(|(field, why)| format!("{field}: {why}")).collect::<Vec<_>>().join("; ")
        }
        Error::NotFound => "there is no such person".to_owned(),
        other => other.to_string(),
    }
}
