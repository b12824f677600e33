//! E-mail leaves the house here, over SMTP. Never waited for by a request; without a setting there is none.

use std::{sync::Arc, time::Duration};

use app::model::notice::MailState;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor, message::Mailbox,
    message::header::ContentType,
};

use crate::{
    config::MailSettings,
    service::{
        Error, Result, Room,
        mail::{self, Claimed, Letter, Outcome},
    },
};

/// The way to the mail server.
#[derive(Clone)]
pub struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    origin: Arc<str>,
    most_tries: i64,
}

impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Without the transport: it holds the password.
        f.debug_struct("Post").field("from", &self.from).finish_non_exhaustive()
    }
}

impl Post {
    /// None where no server is set; the error is one line for the operator, without the address of the server,
    /// which may hold a password.
    pub fn of(settings: &MailSettings, origin: &str) -> std::result::Result<Option<Self>, String> {
        let Some(url) = &settings.smtp_url else { return Ok(None) };
        let from = settings.mail_from.as_deref().ok_or("MAIL_FROM is missing; SMTP_URL needs it")?;
        let from = from.parse().map_err(|_| format!("MAIL_FROM is {from}; allowed is an e-mail address"))?;
        let allowed =
            "SMTP_URL is not understood; allowed is smtp://, smtps:// or smtp://HOST:PORT?tls=required";
        if !["smtp://", "smtps://"].iter().any(|scheme| url.starts_with(scheme)) {
            return Err(allowed.to_owned());
        }
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| allowed.to_owned())?
            .timeout(Some(Duration::from_secs(settings.smtp_timeout)))
            .build();
        Ok(Some(Self { transport, from, origin: origin.into(), most_tries: settings.mail_tries }))
    }

    /// Sends what is due. What could not be sent waits for its next try, and stops nothing else.
    pub async fn deliver(&self, room: &Room) -> Result<()> {
        loop {
            let claimed = mail::claim(room).await?;
            if claimed.is_empty() {
                return Ok(());
            }
            for one in claimed {
                let outcome = self.send(room, &one).await?;
                let state = mail::settle(room, &one, outcome, self.most_tries).await?;
                crate::metrics::mail_settled(state);
                if state == MailState::Failed {
                    // Neither to whom nor of what: the person reads it on their own page.
                    tracing::warn!("an e-mail was given up");
                }
            }
        }
    }

    async fn send(&self, room: &Room, claimed: &Claimed) -> Result<Outcome> {
        // Read at the last moment: what its person may not see any more is not sent.
        let Some(letter) = mail::compose(room, claimed, &self.origin).await? else {
            return Ok(Outcome::Dropped);
        };
        let Some(message) = self.message(letter) else { return Ok(Outcome::Refused) };
        Ok(match self.transport.send(message).await {
            Ok(_) => Outcome::Sent,
            Err(error) if error.is_permanent() => Outcome::Refused,
            Err(error) => {
                tracing::debug!(%error, "an e-mail waits for its next try");
                Outcome::Deferred
            }
        })
    }

    /// None for an address that no mail server takes.
    fn message(&self, letter: Letter) -> Option<Message> {
        let host = self.from.email.domain();
        let subject: String = letter.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, letter.to.parse().ok()?))
            .subject(subject)
            .message_id(Some(format!("<{}@{host}>", letter.id)))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text)
            .map_err(Error::internal)
            .ok()
    }
}
