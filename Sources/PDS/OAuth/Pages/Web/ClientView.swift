import ATProtoAuth
import Templating

/// How an app is presented: by its full client ID, of which only the host shows who is behind it. Name
/// and logo are the app's own claims, so only apps that the operator trusts are shown with them (OAuth
/// specification, "Client ID Metadata Document": servers must not trust names and logos of unknown
/// clients).
struct ClientView: Hashable, Sendable {
  var id: String
  var name: String?
  var logo: String?

  init(id: String, name: String? = nil, logo: String? = nil) {
    self.id = id
    self.name = name
    self.logo = logo
  }

  init(_ client: RegisteredClient) {
    let display = client.isTrusted ? client.metadata.display : nil
    self.init(id: client.id, name: display?.name, logo: display?.logo)
  }

  /// The parts of the ID before, in, and after the host.
  private var parts: (before: Substring, host: Substring, after: Substring) {
    guard let scheme = id.firstRange(of: "://") else { return ("", id[...], "") }
    let rest = id[scheme.upperBound...]
    let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
    return (id[..<scheme.upperBound], rest[..<end], rest[end...])
  }

  /// For the page's policy.
  var images: [String] { logo.map { [$0] } ?? [] }

  var view: TemplateView {
    let parts = parts
    return TemplateView([
      "name": name.map { [$0] } ?? [],
      "logo": logo.map { [$0] } ?? [],
      "before": String(parts.before),
      "host": String(parts.host),
      "after": String(parts.after),
    ])
  }
}
