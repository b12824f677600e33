//! Evidence on its way: picked, dropped or pasted; several at once, each with its bar, its cancel and its retry.

use leptos::prelude::*;

use crate::model::Number;

/// Sends what is picked, dropped or pasted, and lists it in `#uploads` until it has arrived.
#[island]
pub fn UploadLive(number: Number) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::start(number);
    #[cfg(not(feature = "hydrate"))]
    let _ = number;
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::{cell::RefCell, rc::Rc};

    use leptos::{
        either::EitherOf4,
        prelude::*,
        wasm_bindgen::{JsCast, closure::Closure},
    };
    use serde::Deserialize;
    use web_sys::{
        ClipboardEvent, DataTransfer, DragEvent, Event, File, FileList, FormData, HtmlDetailsElement,
        HtmlElement, HtmlInputElement, ProgressEvent, XmlHttpRequest,
    };

    use crate::{
        islands::{clock, draft, page, refresh, send},
        model::{Number, exhibit::size_words},
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
        Failed(String),
    }

    /// One file and how far it is. Copies share the signal.
    #[derive(Clone)]
    struct Upload {
        key: String,
        name: String,
        size: i64,
        file: StoredValue<File, LocalStorage>,
        /// Fields of the form as they were when it was picked.
        fields: StoredValue<Vec<(&'static str, String)>>,
        state: RwSignal<State>,
        request: StoredValue<Option<XmlHttpRequest>, LocalStorage>,
    }

    struct Uploads {
        path: String,
        list: RwSignal<Vec<Upload>, LocalStorage>,
    }

    thread_local! {
        static UPLOADS: RefCell<Option<Rc<Uploads>>> = const { RefCell::new(None) };
    }

    #[derive(Deserialize)]
    struct Stored {
        exhibit: String,
    }

    pub(super) fn start(number: Number) {
        let list = RwSignal::new_local(vec![]);
        UPLOADS.set(Some(Rc::new(Uploads { path: format!("/api/v1/incidents/{number}/evidence"), list })));
        if let Some(input) = page::find("#evidence-file").and_then(|i| i.dyn_into::<HtmlInputElement>().ok())
        {
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
        }
        let place = page::find("#uploads").and_then(|place| place.dyn_into::<HtmlElement>().ok());
        let Some(place) = place else { return };
        leptos::mount::mount_to(place, move || {
            provide_context(clock::setting());
            let rows = move || view! { <For each=move || list.get() key=|upload| upload.key.clone() children=row /> };
            move || list.with(|list| !list.is_empty()).then(|| view! { <ul class="upl">{rows()}</ul> })
        })
        .forget();
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

    fn uploads() -> Option<Rc<Uploads>> {
        UPLOADS.with_borrow(Clone::clone)
    }

    fn take(files: Option<FileList>) {
        let (Some(files), Some(uploads)) = (files, uploads()) else { return };
        let fields = fields();
        for file in (0..files.length()).filter_map(|index| files.item(index)) {
            let upload = Upload {
                key: send::key(),
                name: file.name(),
                size: file.size() as i64,
                file: StoredValue::new_local(file),
                fields: StoredValue::new(fields.clone()),
                state: RwSignal::new(State::Queued),
                request: StoredValue::new_local(None),
            };
            if upload.size == 0 {
                upload.state.set(State::Failed("the file is empty".into()));
            }
            uploads.list.update(|list| list.push(upload));
        }
        uploads.next();
    }

    /// Marking and notes of the form go with each file.
    fn fields() -> Vec<(&'static str, String)> {
        let tlp = page::find("#evidence-form [name=tlp]:checked").and_then(|tlp| tlp.get_attribute("value"));
        let mut fields = vec![("tlp", tlp.unwrap_or_default())];
        for name in ["note", "source_url"] {
            fields.push((name, draft::value_of(&format!("#evidence-form [name={name}]"))));
        }
        fields.retain(|(_, value)| !value.trim().is_empty());
        fields
    }

    impl Uploads {
        /// Starts what waits, as far as there is room.
        fn next(self: &Rc<Self>) {
            let list = self.list.get_untracked();
            let sending = |upload: &&Upload| matches!(upload.state.get_untracked(), State::Sending(_));
            let running = list.iter().filter(sending).count();
            let waiting = list.into_iter().filter(|upload| upload.state.get_untracked() == State::Queued);
            for upload in waiting.take(AT_ONCE.saturating_sub(running)) {
                self.send(&upload);
            }
        }

        fn send(self: &Rc<Self>, upload: &Upload) {
            let (Ok(request), Ok(form)) = (XmlHttpRequest::new(), FormData::new()) else { return };
            upload.fields.with_value(|fields| {
                for (name, value) in fields {
                    let _ = form.append_with_str(name, value);
                }
            });
            // Last: the server reads the fields before the bytes come.
            upload.file.with_value(|file| {
                let _ = form.append_with_blob_and_filename("file", file, &upload.name);
            });
            if request.open_with_async("POST", &self.path, true).is_err() {
                return;
            }
            let _ = request.set_request_header("Idempotency-Key", &upload.key);
            upload.state.set(State::Sending(0));
            upload.request.set_value(Some(request.clone()));
            let state = upload.state;
            if let Ok(progress) = request.upload() {
                let act = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
                    if event.length_computable() {
                        state.set(State::Sending((event.loaded() * 100.0 / event.total().max(1.0)) as u32));
                    }
                });
                progress.set_onprogress(Some(act.as_ref().unchecked_ref()));
                act.forget();
            }
            let (done, answered) = (self.clone(), request.clone());
            page::listen(&request, "loadend", move |_| {
                // Status 0: cut off, or cancelled; the latter has taken the row away already.
                let (status, body) = (
                    answered.status().unwrap_or(0),
                    answered.response_text().ok().flatten().unwrap_or_default(),
                );
                let stored = serde_json::from_str::<Stored>(&body).ok().filter(|_| status / 100 == 2);
                state.set(match stored {
                    Some(Stored { exhibit }) => {
                        refresh::sections(&["#exhibits", "#ev-h", "#inc-tabs"], 100);
                        State::Done(exhibit)
                    }
                    None if status == 0 => State::Failed("the connection broke".into()),
                    None => State::Failed(send::reason(status, &body)),
                });
                done.next();
            });
            let _ = request.send_with_opt_form_data(Some(&form));
        }

        fn remove(self: &Rc<Self>, key: &str) {
            let gone = self.list.with_untracked(|list| list.iter().find(|upload| upload.key == key).cloned());
            self.list.update(|list| list.retain(|upload| upload.key != key));
            if let Some(request) = gone.and_then(|upload| upload.request.get_value()) {
                let _ = request.abort();
            }
            self.next();
        }
    }

    fn row(upload: Upload) -> impl IntoView {
        let Upload { key, name, size, state, .. } = upload.clone();
        let (again, gone) = (upload, key);
        let label = name.clone();
        let state_view = move || match state.get() {
            State::Queued => EitherOf4::A(view! { <small>"waits its turn"</small> }),
            State::Sending(percent) => {
                let words = format!("{label}: {percent}%");
                EitherOf4::B(view! {
                    <progress class="meter" max="100" value=percent.to_string() aria-label=words></progress>
                    <small>{format!("{percent}% of {}", size_words(size))}</small>
                })
            }
            State::Done(exhibit) => EitherOf4::C(view! {
                <span class="badge" data-tone="ok"><Icon name="check" />{format!("Added as {exhibit}")}</span>
            }),
            State::Failed(reason) => {
                let upload = again.clone();
                let retry = move |_| {
                    upload.state.set(State::Queued);
                    if let Some(uploads) = uploads() {
                        uploads.next();
                    }
                };
                EitherOf4::D(view! {
                    <span class="te-fail"><Icon name="circle-alert" size="sm" />{format!("Not added: {reason}")}</span>
                    <button class="linkbtn" type="button" on:click=retry>"Try again"</button>
                })
            }
        };
        let close = move || {
            if matches!(state.get(), State::Sending(_) | State::Queued) { "Cancel" } else { "Dismiss" }
        };
        let named = name.clone();
        view! {
            <li>
                <Icon name="file-text" />
                <span class="truncate">{name}</span>
                {state_view}
                <button class="iconbtn" type="button" aria-label=move || format!("{} {named}", close())
                    on:click=move |_| if let Some(uploads) = uploads() { uploads.remove(&gone) }>
                    <Icon name="x" />
                </button>
            </li>
        }
    }
}
