import ATProtoCrypto
import ATProtoHTTP
import XRPC

extension PDSSettings {
  /// All settings, in the order in which help shows them.
  public static let all: [PDSSetting] = place + accounts + network + mail + limits

  private typealias Value = SettingValue

  private static let place = [
    PDSSetting("PDS_HOSTNAME", "name", "The name under which clients reach the server.") {
      (text, settings) throws(PDSError) in settings.configuration.hostname = text.lowercased()
    },
    PDSSetting(
      "PDS_SERVICE_DID",
      "did",
      "The server's DID, which is `did:web` of the hostname; another one is refused."
    ) { (text, settings) throws(PDSError) in settings.serviceDID = try Value.did(text) },
    PDSSetting("PDS_PORT", "number", "The port to listen on, 2583 unless given; 0 for any free.") {
      (text, settings) throws(PDSError) in
      settings.configuration.port = try Value.number(text, 0...65_535)
    },
    PDSSetting(
      "PDS_BIND_ADDRESS",
      "address",
      "The address to listen on, 127.0.0.1 unless given.",
      alias: "bind"
    ) { (text, settings) throws(PDSError) in settings.configuration.bindAddress = text },
    PDSSetting(
      "PDS_DATA_DIRECTORY",
      "folder",
      "The folder for the database, `pds-data` unless given.",
      alias: "data"
    ) { (text, settings) throws(PDSError) in settings.configuration.dataDirectory = text },
    PDSSetting(
      "PDS_BLOBSTORE_DISK_LOCATION",
      "folder",
      "The folder for blobs; in the data folder unless given."
    ) { (text, settings) throws(PDSError) in settings.configuration.blobDirectory = text },
    PDSSetting("PDS_BLOB_UPLOAD_LIMIT", "bytes", "The size of a blob, 5 MiB unless given.") {
      (text, settings) throws(PDSError) in
      settings.configuration.blobUploadLimit = try Value.number(text, 1...(1 << 34))
    },
    PDSSetting(
      "PDS_BLOB_QUOTA",
      "bytes",
      "The size of all blobs of an account; no limit unless given."
    ) {
      (text, settings) throws(PDSError) in
      settings.configuration.blobQuota = try Value.number(text, 1...(1 << 50))
    },
    PDSSetting(
      "PDS_MAX_REPO_IMPORT_SIZE",
      "bytes",
      "The size of a repository that is imported, 256 MiB unless given."
    ) { (text, settings) throws(PDSError) in
      settings.configuration.importLimit = try Value.number(text, 1...(1 << 34))
    },
    PDSSetting(
      "PDS_FIREHOSE_RETENTION_MS",
      "milliseconds",
      "How long events of the firehose are kept, three days unless given."
    ) { (text, settings) throws(PDSError) in
      settings.configuration.firehoseRetention = try Value.number(text, 0...(1 << 40))
    },
  ]

  private static let accounts = [
    PDSSetting(
      "PDS_ADMIN_PASSWORD",
      "password",
      "Opens the methods of the administrator; nothing does without it.",
      isSecret: true
    ) { (text, settings) throws(PDSError) in settings.configuration.adminPassword = text },
    PDSSetting(
      "PDS_JWT_SECRET",
      "secret",
      "Signs sessions; a key in the database does unless given.",
      isSecret: true
    ) { (text, settings) throws(PDSError) in
      guard text.utf8.count >= 16 else { throw Value.fault("16 bytes at least are expected") }
      settings.configuration.sessionSecret = text
    },
    PDSSetting(
      "PDS_ACCESS_TOKEN_TTL",
      "seconds",
      "How long an access token is good, two hours unless given."
    ) { (text, settings) throws(PDSError) in
      settings.configuration.accessTokenLifetime = try Value.number(text, 1...86_400)
    },
    PDSSetting(
      "PDS_SERVICE_HANDLE_DOMAINS",
      "domains",
      "Domains below which handles are given out, with their leading dots and commas between.",
      alias: "handle-domain",
      isList: true
    ) { (text, settings) throws(PDSError) in
      let domains = Value.list(text)
      guard !domains.isEmpty, domains.allSatisfy({ $0.hasPrefix(".") && $0.utf8.count > 1 }) else {
        throw Value.fault("domains with leading dots are expected")
      }
      settings.handleDomains = domains
    },
    PDSSetting(
      "PDS_INVITE_REQUIRED",
      "true|false",
      "Whether a new account takes an invite code; true unless given, with `--dev` false."
    ) { (text, settings) throws(PDSError) in
      settings.configuration.isInviteRequired = try Value.flag(text)
    },
    PDSSetting(
      "PDS_DID_PLC_URL",
      "url",
      "The directory of did:plc, https://plc.directory unless given."
    ) {
      (text, settings) throws(PDSError) in
      settings.configuration.plcDirectory = try Value.url(text)
      settings.isDirectoryGiven = true
    },
    PDSSetting(
      "PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX",
      "key",
      "Signs the operations of all new accounts; each has a key of its own unless given.",
      isSecret: true
    ) { (text, settings) throws(PDSError) in
      settings.configuration.rotationKey = try Value.privateKey(hex: text)
    },
    PDSSetting(
      "PDS_RECOVERY_DID_KEY",
      "did:key",
      "A key that has the last word on the DIDs of new accounts."
    ) { (text, settings) throws(PDSError) in
      guard let key = try? PublicKey(didKey: text) else {
        throw Value.fault("a did:key is expected")
      }
      settings.configuration.recoveryKey = key
    },
    PDSSetting("PDS_PRIVACY_POLICY_URL", "url", "What describeServer links to.") {
      (text, settings) throws(PDSError) in
      settings.configuration.privacyPolicyURL = try Value.link(text)
    },
    PDSSetting("PDS_TERMS_OF_SERVICE_URL", "url", "What describeServer links to.") {
      (text, settings) throws(PDSError) in
      settings.configuration.termsOfServiceURL = try Value.link(text)
    },
    PDSSetting("PDS_CONTACT_EMAIL_ADDRESS", "address", "Whom describeServer names.") {
      (text, settings) throws(PDSError) in settings.configuration.contactEmail = text
    },
  ]

  private static let network = [
    PDSSetting(
      "PDS_CRAWLERS",
      "urls",
      "Relays that are asked to subscribe, with commas between.",
      isList: true
    ) { (text, settings) throws(PDSError) in
      settings.configuration.crawlers = []
      for text in Value.list(text) { settings.configuration.crawlers.append(try Value.url(text)) }
    },
    PDSSetting("PDS_BSKY_APP_VIEW_URL", "url", "The app view that calls are passed on to.") {
      (text, settings) throws(PDSError) in settings.appView.url = try Value.url(text)
    },
    PDSSetting("PDS_BSKY_APP_VIEW_DID", "did", "The app view's DID.") {
      (text, settings) throws(PDSError) in settings.appView.did = try Value.did(text)
    },
    PDSSetting(
      "PDS_REPORT_SERVICE_URL",
      "url",
      "The moderation service for reports; the app view unless given."
    ) { (text, settings) throws(PDSError) in settings.reportService.url = try Value.url(text) },
    PDSSetting("PDS_REPORT_SERVICE_DID", "did", "The moderation service's DID.") {
      (text, settings) throws(PDSError) in settings.reportService.did = try Value.did(text)
    },
    PDSSetting(
      "PDS_BARE_AUDIENCES",
      "true|false",
      "Whether tokens for other services name bare DIDs, as deployed ones ask; true unless given."
    ) { (text, settings) throws(PDSError) in
      settings.configuration.usesBareAudiences = try Value.flag(text)
    },
    PDSSetting(
      "PDS_ALLOW_PRIVATE_ADDRESSES",
      "true|false",
      "For development: whether services of this machine and network may be called."
    ) { (text, settings) throws(PDSError) in
      settings.configuration.allowsPrivateAddresses = try Value.flag(text)
    },
    PDSSetting(
      "PDS_TRUSTED_PROXIES",
      "number",
      """
      How many proxies before the server are believed in X-Forwarded-For; unless given 1 where \
      nothing but this machine reaches it, with `--dev` and elsewhere 0.
      """
    ) { (text, settings) throws(PDSError) in
      settings.trustedProxies = try Value.number(text, 0...16)
    },
  ]

  private static let mail = [
    PDSSetting("PDS_EMAIL_FROM_ADDRESS", "address", "Where mail comes from.") {
      (text, settings) throws(PDSError) in
      guard (try? MailAddress(text)) != nil else {
        throw Value.fault("an e-mail address is expected")
      }
      settings.configuration.mailFrom = text
    },
    PDSSetting(
      "PDS_EMAIL_SMTP_URL",
      "url",
      "`smtp:///?sendmail=true` sends by sendmail; other forms are not spoken.",
      isSecret: true
    ) { (text, settings) throws(PDSError) in
      guard text == "smtp:///?sendmail=true" else {
        throw Value.fault(
          "SMTP is not spoken here: smtp:///?sendmail=true, PDS_SENDMAIL_COMMAND or PDS_MAIL_FILE"
        )
      }
      settings.configuration.mailCommand = "sendmail"
    },
    PDSSetting(
      "PDS_SENDMAIL_COMMAND",
      "command",
      "A command that takes what sendmail takes, with its arguments."
    ) { (text, settings) throws(PDSError) in settings.configuration.mailCommand = text },
    PDSSetting("PDS_MAIL_FILE", "file", "Every outgoing mail is appended to it, and sent nowhere.")
    {
      (text, settings) throws(PDSError) in settings.configuration.mailFile = text
    },
  ]

  private static let limits = [
    PDSSetting(
      "PDS_RATE_LIMITS_ENABLED",
      "true|false",
      "Whether calls are counted and limited; true unless given, with `--dev` false."
    ) { (text, settings) throws(PDSError) in
      settings.configuration.hasRateLimits = try Value.flag(text)
    },
    PDSSetting(
      "PDS_RATE_LIMIT_BYPASS_KEY",
      "key",
      "Who sends it as X-RateLimit-Bypass is not counted.",
      isSecret: true
    ) { (text, settings) throws(PDSError) in settings.configuration.rateLimitBypassKey = text },
    PDSSetting(
      "PDS_RATE_LIMIT_BYPASS_IPS",
      "addresses",
      "Addresses and networks (`10.0.0.0/8`) that are not counted, with commas between.",
      isList: true
    ) { (text, settings) throws(PDSError) in
      settings.configuration.rateLimitBypassNetworks = []
      for text in Value.list(text) {
        guard let network = IPNetwork(text) else {
          throw Value.fault("addresses and networks of IP are expected")
        }
        settings.configuration.rateLimitBypassNetworks.append(network)
      }
    },
  ]
}
