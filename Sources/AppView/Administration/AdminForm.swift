import Templating
import XRPCServer

/// The forms of the admin page.
enum AdminForm: String, CaseIterable, Sendable {
  case takedown, untakedown, reindex, resync, backfill

  var path: String { "/admin/forms/\(rawValue)" }

  /// The message that the page shows after the form has been processed.
  var notice: String {
    switch self {
    case .takedown: "The subject has been taken down."
    case .untakedown: "The takedown has been reversed."
    case .reindex: "The collection is being indexed again."
    case .resync: "The repository is being fetched again."
    case .backfill: "The repositories are being listed."
    }
  }

  func perform(_ request: AdminRequest, _ actions: AdminActions) async throws {
    switch self {
    case .takedown:
      try await actions.takeDown(
        request.requiredEntry("subject"),
        reference: request.entry("reference")
      )
    case .untakedown: try await actions.reverseTakedown(of: request.requiredEntry("subject"))
    case .reindex: try await actions.reindex(request.requiredEntry("collection"))
    case .resync: try await actions.resync(request.requiredEntry("account"))
    case .backfill: try actions.backfill(request.entry("collection"))
    }
  }

  /// - Parameter token: proves that a form comes from a page of this server.
  func view(_ token: String) -> TemplateView? {
    switch self {
    case .takedown:
      view(
        token,
        "Take down an account or a record",
        "Take down",
        [
          Field("subject", "DID, handle, or URI of a record"),
          Field("reference", "Reference of the decision", isRequired: false),
        ]
      )
    case .resync:
      view(token, "Fetch a repository again", "Fetch", [Field("account", "DID or handle")])
    case .backfill:
      view(
        token,
        "Look for missing repositories",
        "List repositories",
        [Field("collection", "Collection; empty for all", isRequired: false)]
      )
    // These have a button beside what they are about.
    case .untakedown, .reindex: nil
    }
  }

  private struct Field {
    var name: String
    var label: String
    var isRequired: Bool

    init(_ name: String, _ label: String, isRequired: Bool = true) {
      self.name = name
      self.label = label
      self.isRequired = isRequired
    }
  }

  private func view(
    _ token: String,
    _ title: String,
    _ submit: String,
    _ fields: [Field]
  ) -> TemplateView {
    TemplateView([
      "action": path,
      "token": token,
      "title": title,
      "submit": submit,
      "fields": fields.map { field in
        TemplateView([
          "id": "\(rawValue)-\(field.name)", "name": field.name, "label": field.label,
          "isRequired": field.isRequired,
        ])
      },
    ])
  }
}
