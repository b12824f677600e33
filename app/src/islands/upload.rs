//! Evidence on its way: picked, dropped or pasted; several at once, each with its bar, its cancel and its retry.

use leptos::prelude::*;

/// Sends what is picked, dropped or pasted, and lists it in `#uploads` until it has arrived.
#[island]
pub fn UploadLive() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::start();
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::RefCell;

    use leptos::{
        either::EitherOf4,
        prelude::*,
        wasm_bindgen::{JsCast, closure::Closure},
    };
    use serde::Deserialize;
    use web_sys::{
        ClipboardEvent, DataTransfer, DragEvent, Element, Event, File, FileList, FormData,
        HtmlDetailsElement, HtmlInputElement, ProgressEvent, XmlHttpRequest,
    };

    use crate::{
        islands::{draft, page, refresh, send},
        model::exhibit::size_words,
        pages::parts::Icon,
    };

    /// At once; the others wait their turn, so that one slow line is not split into twenty.
    const AT_ONCE: usize = 3;

    #[derive(Clone, Debug, PartialEq, Eq)]
    enum State {
        Queued,
        /// Percent.
        Sending(u32),
        Done(String),
        /// It may have arrived all the same.
        Failed(String),
        /// It was not taken in as it was sent.
        Refused(String),
    }

    struct Upload {
        key: String,
        file: File,
        /// Fields of the form as they were when it was picked, or sent again.
        fields: Vec<(&'static str, String)>,
        state: State,
        request: Option<XmlHttpRequest>,
    }

    thread_local! {
        static UPLOADS: RefCell<Vec<Upload>> = const { RefCell::new(vec![]) };
    }

    #[derive(Deserialize)]
    struct Stored {
        exhibit: String,
    }

    pub(super) fn start() {
        let input = page::find("#evidence-file").and_then(|input| input.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        let picker = input.clone();
        page::listen(&input, "change", move |_| {
            take(picker.files());
            picker.set_value("");
        });
        drops();
        page::listen(&document(), "paste", |event| {
            let files = event.dyn_ref::<ClipboardEvent>().and_then(|e| e.clipboard_data()?.files());
            if files.as_ref().is_some_and(|files| files.length() > 0) {
                event.prevent_default();
                take(files);
            }
        });
        let Some(list) = page::find("#uploads") else { return };
        page::listen(&list, "click", |event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let button = target.and_then(|target| target.closest("button[data-act]").ok().flatten());
            let Some(button) = button else { return };
            let key = button.get_attribute("data-key").unwrap_or_default();
            match button.get_attribute("data-act").as_deref() {
                Some("again") => again(&key),
                _ => remove(&key),
            }
            next();
        });
    }

    /// Files may be dropped anywhere on the page; where they go is shown.
    fn drops() {
        let data = |event: &Event| event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
        let has_files = |data: &DataTransfer| data.types().includes(&"Files".into(), 0);
        page::listen(&document(), "dragover", move |event| {
            if data(&event).is_some_and(|data| has_files(&data)) {
                event.prevent_default();
                mark(true);
            }
        });
        page::listen(&document(), "dragleave", |event| {
            // Left the window, not one element for another.
            if event.dyn_ref::<DragEvent>().is_some_and(|event| event.related_target().is_none()) {
                mark(false);
            }
        });
        page::listen(&document(), "drop", move |event| {
            mark(false);
            if let Some(data) = data(&event).filter(has_files) {
                event.prevent_default();
                take(data.files());
            }
        });
    }

    fn mark(over: bool) {
        if over {
            if let Some(form) = page::find("#add-evidence") {
                form.unchecked_ref::<HtmlDetailsElement>().set_open(true);
            }
        }
        if let Some(drop) = page::find("#evidence-form .drop") {
            page::set_attribute(&drop, "data-over", over.then_some(""));
        }
    }

    fn take(files: Option<FileList>) {
        let Some(files) = files else { return };
        let fields = fields();
        for file in (0..files.length()).filter_map(|index| files.item(index)) {
            let empty = file.size() == 0.0;
            let state =
                if empty { State::Refused("Not added: the file is empty".into()) } else { State::Queued };
            let upload = Upload { key: send::key(), file, fields: fields.clone(), state, request: None };
            UPLOADS.with_borrow_mut(|uploads| uploads.push(upload));
        }
        next();
    }

    /// Marking and notes of the form go with each file.
    fn fields() -> Vec<(&'static str, String)> {
        let tlp = page::find("#evidence-form [name=tlp]:checked").and_then(|tlp| tlp.get_attribute("value"));
        let red = tlp.as_deref() == Some("red");
        let mut fields = vec![("tlp", tlp.unwrap_or_default())];
        for name in ["named", "note", "source_url", "captured_date", "captured_time", "captured_zone"] {
            fields.push((name, draft::value_of(&format!("#evidence-form [name={name}]"))));
        }
        // Names that stand behind another marking mean nothing.
        fields.retain(|(name, value)| !value.trim().is_empty() && (red || *name != "named"));
        fields
    }

    /// The same sending, unless it was refused: then with what the form says by now.
    fn again(key: &str) {
        UPLOADS.with_borrow_mut(|uploads| {
            if let Some(upload) = uploads.iter_mut().find(|upload| upload.key == key) {
                if matches!(upload.state, State::Refused(_)) {
                    upload.fields = fields();
                }
                upload.state = State::Queued;
            }
        });
    }

    fn set(key: &str, state: State) {
        UPLOADS.with_borrow_mut(|uploads| {
            if let Some(upload) = uploads.iter_mut().find(|upload| upload.key == key) {
                upload.state = state;
            }
        });
        draw();
    }

    fn remove(key: &str) {
        let request = UPLOADS.with_borrow_mut(|uploads| {
            let place = uploads.iter().position(|upload| upload.key == key)?;
            uploads.remove(place).request
        });
        if let Some(request) = request {
            let _ = request.abort();
        }
    }

    /// Starts what waits, as far as there is room.
    fn next() {
        UPLOADS.with_borrow_mut(|uploads| {
            let running = uploads.iter().filter(|upload| matches!(upload.state, State::Sending(_))).count();
            let waiting = uploads.iter_mut().filter(|upload| upload.state == State::Queued);
            for upload in waiting.take(AT_ONCE.saturating_sub(running)) {
                upload.request = send(upload);
                upload.state = State::Sending(0);
            }
        });
        draw();
    }

    fn send(upload: &Upload) -> Option<XmlHttpRequest> {
        let action = page::find("#evidence-form")?.get_attribute("action")?;
        let (request, form) = (XmlHttpRequest::new().ok()?, FormData::new().ok()?);
        for (name, value) in &upload.fields {
            form.append_with_str(name, value).ok()?;
        }
        // Last: the server reads the fields before the bytes come.
        form.append_with_blob_and_filename("file", &upload.file, &upload.file.name()).ok()?;
        request.open_with_async("POST", &format!("/api/v1{action}"), true).ok()?;
        request.set_request_header("Idempotency-Key", &upload.key).ok()?;
        let key = upload.key.clone();
        let act = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
            if event.length_computable() {
                set(&key, State::Sending((event.loaded() * 100.0 / event.total().max(1.0)) as u32));
            }
        });
        request.upload().ok()?.set_onprogress(Some(act.as_ref().unchecked_ref()));
        act.forget();
        let (key, answered) = (upload.key.clone(), request.clone());
        page::listen(&request, "loadend", move |_| {
            let body = answered.response_text().ok().flatten().unwrap_or_default();
            set(&key, outcome(answered.status().unwrap_or(0), &body));
            next();
        });
        request.send_with_opt_form_data(Some(&form)).ok()?;
        Some(request)
    }

    fn outcome(status: u16, body: &str) -> State {
        if status / 100 == 2 {
            if let Ok(Stored { exhibit }) = serde_json::from_str(body) {
                refresh::sections(&["#exhibits", "#ev-h", "#inc-tabs"], 100);
                return State::Done(exhibit);
            }
        }
        match status {
            // Cut off, or cancelled; then its row is gone already. It may have arrived: its key will tell.
            0 => State::Failed("Not confirmed: the connection broke".into()),
            status if status >= 500 => {
                State::Failed(format!("Not confirmed: {}", send::reason(status, body)))
            }
            status => State::Refused(format!("Not added: {}", send::reason(status, body))),
        }
    }

    fn draw() {
        let Some(place) = page::find("#uploads") else { return };
        let focus = page::focused().and_then(|focus| focus.get_attribute("data-key"));
        place.set_text_content(None);
        UPLOADS.with_borrow(|uploads| {
            for upload in uploads {
                let (key, name, state) = (upload.key.clone(), upload.file.name(), upload.state.clone());
                let size = upload.file.size() as i64;
                let drawn = page::draw("ul", move || row(&key, name, size, state));
                if let Some(row) = drawn.and_then(|list| list.first_element_child()) {
                    let _ = place.append_child(&row);
                }
            }
        });
        if let Some(key) = focus {
            if let Some(button) = page::find(&format!("#uploads [data-key=\"{key}\"]")) {
                page::focus(&button);
            }
        }
    }

    fn row(key: &str, name: String, size: i64, state: State) -> impl IntoView + use<> {
        let closes = matches!(state, State::Done(_) | State::Failed(_) | State::Refused(_));
        let words = format!("{} {name}", if closes { "Dismiss" } else { "Cancel" });
        let middle = match state {
            State::Queued => EitherOf4::A(view! { <small>"waits its turn"</small> }),
            State::Sending(percent) => EitherOf4::B(view! {
                <progress class="meter" max="100" value=percent.to_string() aria-label=format!("{name}: {percent}%")></progress>
                <small>{format!("{percent}% of {}", size_words(size))}</small>
            }),
            State::Done(exhibit) => EitherOf4::C(view! {
                <span class="badge" data-tone="ok"><Icon name="check" />{format!("Added as {exhibit}")}</span>
            }),
            State::Failed(reason) | State::Refused(reason) => EitherOf4::D(view! {
                <span class="te-fail"><Icon name="circle-alert" size="sm" />{reason}</span>
                <button class="linkbtn" type="button" data-act="again" data-key=key.to_owned()>"Try again"</button>
            }),
        };
        view! {
            <li>
                <Icon name="file-text" />
                <span class="truncate">{name}</span>
                {middle}
                <button class="iconbtn" type="button" aria-label=words data-act="remove" data-key=key.to_owned()>
                    <Icon name="x" />
                </button>
            </li>
        }
    }
}
