import OAuthClient

/// The main page: a form to log in or to choose a status, and the latest statuses.
struct HomePage {
  static let emojis = [
    "👍", "👎", "💙", "🥹", "😧", "😤", "🙃", "😉", "😎", "🤓", "🤨", "🥳", "😭", "🤯", "🫡", "💀", "✊",
    "🤘", "👀", "🧠", "👩‍💻", "🧑‍💻", "🥷", "🧌", "🦋", "🚀",
  ]

  var session: StoredOAuthSession?
  var statuses: [(name: String, status: StatusBoard.Entry)]
  var alert: String?
  var loginName: String

  var html: HTML {
    layout(
      """
      <header><h1>Statusphere</h1><p>Set your status on the Atmosphere.</p></header>
      \(alert.map { ["<p class=\"alert\" role=\"alert\">\($0)</p>"] } ?? [])
      <section class="card">\(session.map(statusForm) ?? loginForm)</section>
      <section><h2>Latest statuses</h2>\(list)</section>
      """
    )
  }

  private var loginForm: HTML {
    """
    <form class="login" method="post" action="/login">
    <label for="name">Your handle, or the URL of your server</label>
    <input id="name" name="name" value="\(loginName)" placeholder="alice.example.com" required
      maxlength="253" autocomplete="username" autocapitalize="none" spellcheck="false">
    <button>Log in</button>
    </form>
    """
  }

  private func statusForm(_ session: StoredOAuthSession) -> HTML {
    let name = session.handle == .invalid ? "\(session.did)" : "@\(session.handle)"
    let current = statuses.first { $0.status.author == session.did }?.status.record.status
    let buttons: [HTML] = Self.emojis.map { emoji in
      let isPressed = emoji == current ? "true" : "false"
      return """
        <button name="status" value="\(emoji)" aria-pressed="\(isPressed)">\(emoji)</button>
        """
    }
    return """
      <div class="account"><p>Logged in as <strong>\(name)</strong></p>
      <form method="post" action="/logout"><button>Log out</button></form></div>
      <form class="emojis" method="post" action="/status" aria-label="Your status">\(buttons)</form>
      """
  }

  private var list: HTML {
    if statuses.isEmpty { return "<p>Nobody has set a status yet.</p>" }
    let items: [HTML] = statuses.map { name, status in
      let time = status.record.createdAt.string
      return """
        <li><span class="emoji">\(status.record.status)</span> <span class="name">\(name)</span>
        <time datetime="\(time)">\(String(time.prefix(10)))</time></li>
        """
    }
    return "<ol class=\"statuses\">\(items)</ol>"
  }
}

/// A page for a request that failed.
struct ErrorPage {
  var text: String

  var html: HTML {
    layout(
      """
      <header><h1>Statusphere</h1></header>
      <p class="alert" role="alert">\(text)</p>
      <p><a href="/">Back to the statuses</a></p>
      """
    )
  }
}

private func layout(_ content: HTML) -> HTML {
  """
  <!doctype html>
  <html lang="en">
  <head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Statusphere</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/style.css">
  </head>
  <body><main>\(content)</main></body>
  </html>
  """
}
