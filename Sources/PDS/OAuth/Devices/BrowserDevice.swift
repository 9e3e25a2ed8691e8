import ATProtoSyntax

/// A browser as one request presents it.
struct BrowserDevice: Sendable {
  var cookies: DeviceCookies
  /// Whether the response has to set the cookies.
  var isRenewed: Bool
  /// The accounts that are signed in, the most recent first. Expired ones are left out.
  var signIns: [OAuthSignIn]

  /// A browser on which nobody is signed in. The database does not know it.
  init(_ cookies: DeviceCookies, isRenewed: Bool) {
    self.cookies = cookies
    self.isRenewed = isRenewed
    signIns = []
  }

  init(_ cookies: DeviceCookies, isRenewed: Bool, signIns: [OAuthSignIn]) {
    self.cookies = cookies
    self.isRenewed = isRenewed
    self.signIns = signIns
  }

  /// Not a secret.
  var id: String { cookies.deviceID }

  /// The sign-ins that are good for a purpose.
  func signIns(for purpose: SignInPurpose) -> [OAuthSignIn] {
    signIns.filter { $0.request == nil || $0.request == purpose.marker }
  }
}

/// What a person signs in for. A sign-in of a browser that is not remembered is good for nothing
/// else.
enum SignInPurpose: Hashable, Sendable {
  case accountPage
  /// The authorization request with this ID.
  case request(String)

  /// What ``OAuthSignIn/request`` has. No request has an ID that is a plain word.
  var marker: String {
    switch self {
    case .accountPage: "account"
    case .request(let id): id
    }
  }

  /// Seconds that a sign-in is good for if the browser is not remembered.
  var lifetime: Int {
    switch self {
    case .accountPage: 3600
    // As long as the reference implementation's: the time to read and to decide.
    case .request: 15 * 60
    }
  }
}

/// Where a request comes from, as the list of browsers shows it.
struct DeviceOrigin: Hashable, Sendable {
  /// Bytes of `User-Agent` that are kept.
  private static let maximumLength = 256

  var userAgent: String?
  var address: String?

  init(userAgent: String?, address: String?) {
    self.userAgent = userAgent.map { text in
      String(decoding: text.utf8.prefix(Self.maximumLength), as: UTF8.self)
    }
    self.address = address
  }
}
