import HTTPTypes

/// What the browser shows at the end of a login. It says nothing about the login and repeats nothing of
/// the URL, which has the code; nothing of it is sent anywhere, and no cache keeps it.
enum CallbackPage {
  static let headers: HTTPFields = [
    .contentType: "text/html; charset=utf-8",
    .cacheControl: "no-store",
    .connection: "close",
    .contentSecurityPolicy:
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
      + "frame-ancestors 'none'",
    .xContentTypeOptions: "nosniff",
    HTTPField.Name("Referrer-Policy")!: "no-referrer",
  ]

  static let html = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="referrer" content="no-referrer">
    <title>Return to the terminal</title>
    <style>
    :root { color-scheme: light dark; }
    body { font: 1.1rem/1.5 system-ui, sans-serif; margin: 20vh auto; max-width: 30rem;
      padding: 0 1rem; text-align: center; }
    </style>
    </head>
    <body>
    <main>
    <h1>Return to the terminal</h1>
    <p>It shows whether you are logged in. You can close this page.</p>
    </main>
    </body>
    </html>

    """
}
