import ATProtoSyntax

/// What all handlers share.
struct PDSCore: Sendable {
  let configuration: PDSConfiguration
  let serverDID: DID
  let address: ServiceAddress
  let database: PDSDatabase
  let passwords: PasswordHasher
  let sessions: SessionIssuer
  /// For record keys and revisions.
  let tids: TIDGenerator

  init(_ configuration: PDSConfiguration) throws {
    self.configuration = configuration
    serverDID = try configuration.serverDID()
    address = ServiceAddress(configuration)
    database = try PDSDatabase(folder: configuration.dataDirectory)
    passwords = PasswordHasher(cost: configuration.passwordCost)
    sessions = SessionIssuer(
      key: try database.sessionKey(),
      audience: serverDID.string,
      configuration
    )
    tids = TIDGenerator()
  }
}

/// Seconds since 1970.
func currentSeconds() -> Int {
  Int(Datetime.Instant.now.seconds)
}
