//! The same server, answering recorded bytes from memory: what is left when nothing is read and drawn.

use std::{collections::HashMap, fs, net::SocketAddr, path::Path, sync::Arc};

use anyhow::{Context, Result};
use axum::{
    Router,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri},
    response::IntoResponse,
};
use server::{config::Config, serve, state::Stop};
use tokio::net::TcpListener;

use crate::client::Reply;

/// Headers that the server itself writes.
const OWN: [&str; 4] = ["connection", "content-length", "date", "transfer-encoding"];

/// Keeps answers for [`serve`], by path.
pub(crate) fn keep(file: &Path, answers: &[(String, Reply)]) -> Result<()> {
    let line = |(path, reply): &(String, Reply)| {
        let headers: Vec<_> =
            reply.headers.iter().filter(|(name, _)| !OWN.contains(&name.as_str())).collect();
        serde_json::json!({ "path": path, "headers": headers, "body": reply.body })
    };
    Ok(fs::write(file, serde_json::to_vec(&answers.iter().map(line).collect::<Vec<_>>())?)?)
}

/// Serves what was kept, until the process is ended.
pub(crate) async fn serve(file: &Path, listen: SocketAddr) -> Result<()> {
    let lines: Vec<serde_json::Value> = serde_json::from_slice(&fs::read(file)?)?;
    let mut answers: HashMap<String, (HeaderMap, axum::body::Bytes)> = HashMap::new();
    for mut line in lines {
        let path: String = serde_json::from_value(line["path"].take())?;
        let pairs: Vec<(String, String)> = serde_json::from_value(line["headers"].take())?;
        let body: Vec<u8> = serde_json::from_value(line["body"].take())?;
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name.parse::<HeaderName>()?, value.parse::<HeaderValue>()?);
        }
        answers.insert(path, (headers, body.into()));
    }
    let answers = Arc::new(answers);
    let router = Router::new().fallback(move |uri: Uri| async move {
        match answers.get(uri.path_and_query().map_or("/", |path| path.as_str())) {
            Some(answer) => answer.clone().into_response(),
            // Whoever asks whether it is ready.
            None => StatusCode::OK.into_response(),
        }
    });
    let words = ["--listen", &listen.to_string(), "--connections-per-source", "100000"];
    let config = Config::from_words(words).context("settings")?;
    let listener = TcpListener::bind(listen).await?;
    serve::serve(listener, router, Arc::new(config), Stop::default()).await?;
    Ok(())
}
