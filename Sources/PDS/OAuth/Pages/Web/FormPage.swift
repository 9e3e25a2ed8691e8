import HTTPTypes
import ServiceKit
import Templating

/// A page with one form: sign in, sign up, change a setting.
struct FormPage {
  /// A hidden field.
  typealias Hidden = (name: String, value: String)

  struct Field {
    var name: String
    var label: String
    var type = "text"
    var value = ""
    /// What a password manager or keyboard may fill in (HTML, "Autofill").
    var autocomplete: String
    var hint: String?
    var isRequired = true
    var isInvalid = false
  }

  struct Check {
    var name: String
    var label: String
    var isOn = false
  }

  /// A button with a form of its own, so that every button does what it says without a script.
  struct Button {
    var label: String
    var hidden: [Hidden]
    var style = "secondary"
  }

  struct More {
    var text: String
    var label: String
    var url: String
  }

  var title: String
  var lead: [String] = []
  var client: ClientView?
  var error: String?
  var action: String
  var hidden: [Hidden] = []
  var fields: [Field] = []
  var check: Check?
  var submit: String
  var isDangerous = false
  var others: [Button] = []
  var more: [More] = []

  func page(
    in language: PageLanguage,
    _ status: HTTPResponse.Status = .ok,
    _ policy: PagePolicy = .pages
  ) -> Page {
    Page(
      title: title,
      language: language,
      template: .form,
      view: view,
      status: status,
      policy: policy
    )
  }

  private var view: TemplateView {
    // The cursor is where something is to be entered.
    let first = fields.firstIndex { $0.isInvalid } ?? fields.firstIndex { $0.value.isEmpty }
    return TemplateView([
      "title": title,
      "lead": lead,
      "client": client.map { [$0.view] } ?? [],
      "error": error.map { [$0] } ?? [],
      "action": action,
      "hidden": Self.views(hidden),
      "fields": fields.enumerated().map { $1.view(isFirst: $0 == first, hasError: error != nil) },
      "check": check.map { [$0.view] } ?? [],
      "submit": submit,
      "submitClass": isDangerous ? "danger" : "primary",
      "hasOthers": !others.isEmpty,
      "others": others.map { $0.view(action: action) },
      "more": more.map { TemplateView(["text": $0.text, "label": $0.label, "url": $0.url]) },
    ])
  }

  static func views(_ hidden: [Hidden]) -> [TemplateView] {
    hidden.map { TemplateView(["name": $0.name, "value": $0.value]) }
  }
}

extension FormPage.Field {
  fileprivate func view(isFirst: Bool, hasError: Bool) -> TemplateView {
    let hintID = "\(name)-hint"
    let description = [isInvalid && hasError ? "error" : nil, hint == nil ? nil : hintID]
      .compactMap(\.self)
    return TemplateView([
      "name": name,
      "label": label,
      "type": type,
      "value": value,
      "autocomplete": autocomplete,
      // Keyboards of telephones correct words; these are none.
      "isName": type == "text",
      "isRequired": isRequired,
      "isFirst": isFirst,
      "isInvalid": isInvalid,
      "describedBy": description.isEmpty ? [] : [description.joined(separator: " ")],
      "hint": hint.map { [TemplateView(["id": hintID, "text": $0])] } ?? [],
    ])
  }
}

extension FormPage.Check {
  fileprivate var view: TemplateView {
    TemplateView(["name": name, "label": label, "isOn": isOn])
  }
}

extension FormPage.Button {
  func view(action: String) -> TemplateView {
    TemplateView([
      "label": label,
      "action": action,
      "class": style,
      "hidden": FormPage.views(hidden),
    ])
  }
}
