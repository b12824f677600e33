//! Forms as a browser sends them: what stands in them, and what somebody changed.

use crate::test_app::{Client, Reply};

/// The value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split_once(&format!(" {name}=\""))?.1;
    Some(plain(value.split('"').next().unwrap_or_default()))
}

fn plain(html: &str) -> String {
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&amp;", "&")];
    entities.iter().fold(html.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}

impl Reply {
    /// What the form that posts to this path would send as it stands, without its buttons.
    pub(crate) fn fields(&self, action: &str) -> Vec<(String, String)> {
        let html = self.text();
        let start = html.find(&format!("action=\"{action}\""));
        let start = start.unwrap_or_else(|| panic!("no form for {action}: {html}"));
        let form = html[start..].split("</form>").next().unwrap_or_default();
        let (mut fields, mut select) = (vec![], String::new());
        for piece in form.split('<').skip(1) {
            let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
            let (name, value) = (attribute(tag, "name"), attribute(tag, "value").unwrap_or_default());
            let kind = attribute(tag, "type").unwrap_or_default();
            match (tag.split(' ').next().unwrap_or_default(), name) {
                ("select", Some(name)) => select = name,
                ("option", _) if tag.contains(" selected") => fields.push((select.clone(), value)),
                ("textarea", Some(name)) => fields.push((name, plain(text))),
                ("input", Some(name)) => match kind.as_str() {
                    "radio" | "checkbox" if !tag.contains(" checked") => {}
                    "file" => {}
                    _ => fields.push((name, value)),
                },
                _ => {}
            }
        }
        fields
    }
}

impl Client {
    /// Presses the button of the form on a page that posts to `action`, with some of its fields changed.
    pub(crate) async fn press(&self, page: &Reply, action: &str, changed: &[(&str, &str)]) -> Reply {
        let mut fields = page.fields(action);
        let token = fields.iter().position(|(name, _)| name == "form_token").map(|at| fields.remove(at).1);
        let token = token.unwrap_or_else(|| panic!("the form for {action} has a token"));
        for (name, value) in changed {
            let field = fields.iter_mut().find(|(known, _)| known == name);
            field.unwrap_or_else(|| panic!("the form for {action} has {name}")).1 = (*value).to_owned();
        }
        let pairs: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(action, &token, &pairs).await
    }
}
