import ATProtoHTTP
import ATProtoSyntax
import AppBskyAPI

/// The pages of a development network, in HTML.
struct NetworkPageText {
  private let network: RunningNetwork
  private let accounts: [NetworkAccount]

  init(_ network: RunningNetwork, _ accounts: [NetworkAccount]) {
    self.network = network
    self.accounts = accounts
  }

  private var plan: NetworkPlan { network.plan }

  static let style = """
    body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
    table { border-collapse: collapse; width: 100%; }
    th, td { border-bottom: 1px solid #8888; padding: .3rem .6rem .3rem 0; text-align: left;
      vertical-align: top; }
    code { overflow-wrap: anywhere; }
    :root { color-scheme: light dark; }

    """

  // MARK: Pages

  var overview: String {
    page(
      "AT Protocol network",
      """
      <p>Everything here runs on this machine. The administrator of each service is
      <code>admin</code> with the password <code>\(Self.escaped(plan.adminPassword))</code>.</p>
      <h2>Services</h2>
      <table>
      <tr><th>Service</th><th>Address</th><th>DID</th><th>Pages</th></tr>
      \(services.joined(separator: "\n"))
      </table>
      <h2>Accounts</h2>
      <table>
      <tr><th>Handle</th><th>Password</th><th>DID</th><th>PDS</th><th></th></tr>
      \(accounts.map(row).joined(separator: "\n"))
      </table>
      <h2>Sample queries</h2>
      <ul>
      \(samples.map { "<li>\(Self.link($0.url, $0.text))</li>" }.joined(separator: "\n"))
      </ul>
      """
    )
  }

  /// An account has logged in.
  func session(_ visit: NetworkApp.Visit) -> String {
    let profile = visit.profile
    return page(
      "Logged in",
      """
      <p>Logged in as <strong>\(Self.escaped(profile.handle.string))</strong>
      (<code>\(Self.escaped(visit.did))</code>) with the scopes
      <code>\(Self.escaped(visit.scopes.joined(separator: " ")))</code>.</p>
      <p>The app view, called through the account's PDS, says:
      \(Self.escaped(profile.displayName ?? "no name")), \(profile.postsCount ?? 0) posts,
      \(profile.followersCount ?? 0) followers, \(profile.followsCount ?? 0) follows.</p>
      <p>The session has ended. <a href="/">Back</a></p>
      """
    )
  }

  /// A login did not succeed.
  func refusal(_ reason: String) -> String {
    page(
      "Not logged in",
      #"<p>\#(Self.escaped(reason))</p><p><a href="/">Back</a></p>"#
    )
  }

  private func page(_ title: String, _ body: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>\(Self.escaped(title))</title>
    <link rel="stylesheet" href="/style.css">
    </head>
    <body>
    <h1>\(Self.escaped(title))</h1>
    \(body)
    </body>
    </html>

    """
  }

  // MARK: Parts

  private var services: [String] {
    [
      service("PLC directory", .plc, "", []),
      service("PDS A", .firstPDS, "did:web:pds-a.localhost", [("/account", "account")]),
      service("PDS B", .secondPDS, "did:web:pds-b.localhost", [("/account", "account")]),
      service("Relay", .relay, "", [("/admin", "admin")]),
      service("Labeler", .labeler, network.labelerDID, [("/review/", "review")]),
      service(
        "App view",
        .appView,
        network.appViewDID,
        [("/admin", "admin"), ("/metrics", "metrics")]
      ),
    ]
  }

  private func service(
    _ name: String,
    _ member: NetworkPlan.Member,
    _ did: String,
    _ pages: [(path: String, text: String)]
  ) -> String {
    let address = plan.address(of: member)
    let links = pages.map { Self.link(address + $0.path, $0.text) }.joined(separator: ", ")
    return """
      <tr><td>\(name)</td><td>\(Self.link(address, address))</td>\
      <td><code>\(Self.escaped(did))</code></td><td>\(links)</td></tr>
      """
  }

  private func row(_ account: NetworkAccount) -> String {
    let handle = Self.escaped(account.handle.string)
    let document = "\(plan.address(of: .plc))/\(account.did)"
    return """
      <tr><td>\(handle)</td><td><code>\(Self.escaped(account.password))</code></td>\
      <td>\(Self.link(document, account.did.string))</td>\
      <td>\(Self.link(account.address, account.address))</td>\
      <td><a href="/login?account=\(handle)">log in</a></td></tr>
      """
  }

  private var samples: [(url: String, text: String)] {
    let appView = plan.address(of: .appView) + "/xrpc/"
    var samples = [
      (appView + "dev.lexgen.index.getStatus", "how far the index is"),
      (
        appView + "dev.lexgen.index.queryRecords?collection=app.bsky.feed.post&limit=10",
        "the newest posts"
      ),
      (
        appView + "dev.lexgen.index.searchRecords?collection=app.bsky.feed.post&q=hello",
        "posts with a word"
      ),
      (
        plan.address(of: .labeler) + "/xrpc/com.atproto.label.queryLabels?uriPatterns=*",
        "all labels"
      ),
      (plan.address(of: .relay) + "/xrpc/com.atproto.sync.listHosts", "the hosts of the relay"),
    ]
    if let first = accounts.first {
      samples += [
        (appView + "app.bsky.actor.getProfile?actor=\(first.handle)", "the profile of an account"),
        (appView + "app.bsky.feed.getAuthorFeed?actor=\(first.handle)", "its posts"),
        (
          appView + "blue.microcosm.links.getBacklinks?subject=\(first.did)"
            + "&source=app.bsky.graph.follow:subject",
          "who follows it"
        ),
        (
          first.address + "/xrpc/com.atproto.sync.listRepos",
          "the accounts of its PDS"
        ),
      ]
    }
    return samples
  }

  private static func link(_ url: String, _ text: String) -> String {
    #"<a href="\#(escaped(url))">\#(escaped(text))</a>"#
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
  }
}
