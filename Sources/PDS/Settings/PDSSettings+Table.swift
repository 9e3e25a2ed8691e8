import ATProtoCrypto
import ATProtoHTTP
import ATProtoSyntax
public import ServiceKit
import XRPC

extension PDSSettings {
  /// All settings, in the order in which help shows them.
  public static let table = SettingsTable(
    prefix: "PDS_",
    place + accounts + oauth + lexicons + branding + network + mail + limits + observation
  )

  private typealias Value = SettingValue

  // Settings that errors and warnings mention.

  static let hostname = Setting<PDSSettings>(
    "PDS_HOSTNAME",
    "name",
    "The name under which clients reach the server; required without `--dev`."
  ) { (text, settings) throws(ServiceError) in
    settings.configuration.hostname = text.lowercased()
  }

  static let serviceDID = Setting<PDSSettings>(
    "PDS_SERVICE_DID",
    "did",
    "The server's DID; it must be `did:web` of the hostname."
  ) { (text, settings) throws(ServiceError) in
    settings.serviceDID = try Value.did(text)
  }

  static let port = Setting<PDSSettings>(
    "PDS_PORT",
    "number",
    "Port to listen on; 0 for any free port (default: 2583)."
  ) { (text, settings) throws(ServiceError) in
    settings.configuration.port = try Value.port(text)
  }

  static let bindAddress = Setting<PDSSettings>(
    "PDS_BIND_ADDRESS",
    "address",
    "IP address to listen on (default: 127.0.0.1).",
    alias: "bind"
  ) { (text, settings) throws(ServiceError) in
    settings.configuration.bindAddress = text
  }

  static let adminPassword = Setting<PDSSettings>(
    "PDS_ADMIN_PASSWORD",
    "password",
    "Admin password; admin methods are disabled if unset.",
    isSecret: true
  ) { (text, settings) throws(ServiceError) in
    settings.configuration.adminPassword = text
  }

  static let appViewURL = Setting<PDSSettings>(
    "PDS_BSKY_APP_VIEW_URL",
    "url",
    "URL of the app view to proxy calls to."
  ) { (text, settings) throws(ServiceError) in
    settings.appView.url = try Value.baseURL(text)
  }

  static let appViewDID = Setting<PDSSettings>(
    "PDS_BSKY_APP_VIEW_DID",
    "did",
    "DID of the app view."
  ) { (text, settings) throws(ServiceError) in
    settings.appView.did = try Value.did(text)
  }

  static let modServiceURL = Setting<PDSSettings>(
    "PDS_MOD_SERVICE_URL",
    "url",
    "URL of the moderation service."
  ) { (text, settings) throws(ServiceError) in
    settings.modService.url = try Value.baseURL(text)
  }

  static let modServiceDID = Setting<PDSSettings>(
    "PDS_MOD_SERVICE_DID",
    "did",
    """
    DID of the moderation service, which may take down accounts, records, and blobs, read email \
    addresses, and send email.
    """
  ) { (text, settings) throws(ServiceError) in
    settings.modService.did = try Value.did(text)
  }

  static let reportServiceURL = Setting<PDSSettings>(
    "PDS_REPORT_SERVICE_URL",
    "url",
    "URL of the labeler that receives reports (default: the moderation service)."
  ) { (text, settings) throws(ServiceError) in
    settings.reportService.url = try Value.baseURL(text)
  }

  static let reportServiceDID = Setting<PDSSettings>(
    "PDS_REPORT_SERVICE_DID",
    "did",
    "DID of the labeler that receives reports."
  ) { (text, settings) throws(ServiceError) in
    settings.reportService.did = try Value.did(text)
  }

  static let mailFrom = Setting<PDSSettings>(
    "PDS_EMAIL_FROM_ADDRESS",
    "email",
    "Sender of outgoing mail (default: noreply at the hostname)."
  ) { (text, settings) throws(ServiceError) in
    guard (try? MailAddress(text)) != nil else {
      throw Value.invalid("expected an email address")
    }
    settings.configuration.mailFrom = text
  }

  static let sendmailCommand = Setting<PDSSettings>(
    "PDS_SENDMAIL_COMMAND",
    "command",
    "Command that sends mail and takes the arguments of `sendmail`."
  ) { (text, settings) throws(ServiceError) in
    settings.configuration.mailCommand = text
  }

  static let mailFile = Setting<PDSSettings>(
    "PDS_MAIL_FILE",
    "file",
    "File to append outgoing mail to instead of sending it."
  ) { (text, settings) throws(ServiceError) in
    settings.configuration.mailFile = text
  }

  static let rateLimits = Setting<PDSSettings>(
    "PDS_RATE_LIMITS_ENABLED",
    "true|false",
    "Enable rate limits (default: true; false with `--dev`)."
  ) { (text, settings) throws(ServiceError) in
    settings.configuration.hasRateLimits = try Value.flag(text)
  }

  static let metricsPort = Setting<PDSSettings>(
    "PDS_METRICS_PORT",
    "number",
    """
    Port for metrics in Prometheus form, at `/metrics`; 0 for any free port (default: no \
    metrics).
    """
  ) { (text, settings) throws(ServiceError) in
    settings.metricsPort = try Value.port(text)
  }

  static let metricsAddress = Setting<PDSSettings>(
    "PDS_METRICS_ADDRESS",
    "address",
    "IP address for metrics (default: 127.0.0.1)."
  ) { (text, settings) throws(ServiceError) in
    settings.metricsHost = text
  }

  private static let place: [Setting<PDSSettings>] = [
    hostname,
    serviceDID,
    port,
    bindAddress,
    Setting<PDSSettings>(
      "PDS_DATA_DIRECTORY",
      "directory",
      "Directory for the database (default: `pds-data`).",
      alias: "data"
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.dataDirectory = text
    },
    Setting<PDSSettings>(
      "PDS_BLOBSTORE_DISK_LOCATION",
      "directory",
      "Directory for blobs (default: inside the data directory)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.blobDirectory = text
    },
    Setting<PDSSettings>(
      "PDS_BLOB_UPLOAD_LIMIT",
      "bytes",
      "Maximum size of a blob (default: 5 MiB)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.blobUploadLimit = try Value.number(text, 1...(1 << 34))
    },
    Setting<PDSSettings>(
      "PDS_BLOB_QUOTA",
      "bytes",
      "Maximum total size of an account's blobs (default: unlimited)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.blobQuota = try Value.number(text, 1...(1 << 50))
    },
    Setting<PDSSettings>(
      "PDS_MAX_REPO_IMPORT_SIZE",
      "bytes",
      "Maximum size of an imported repository (default: 256 MiB)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.importLimit = try Value.number(text, 1...(1 << 34))
    },
    Setting<PDSSettings>(
      "PDS_FIREHOSE_RETENTION_MS",
      "milliseconds",
      "Time to keep firehose events (default: three days)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.firehoseRetention = try Value.number(text, 0...(1 << 40))
    },
  ]

  private static let accounts: [Setting<PDSSettings>] = [
    adminPassword,
    Setting<PDSSettings>(
      "PDS_JWT_SECRET",
      "secret",
      "Secret that signs sessions, at least 16 bytes (default: a key kept in the database).",
      isSecret: true
    ) { (text, settings) throws(ServiceError) in
      guard text.utf8.count >= 16 else { throw Value.invalid("expected at least 16 bytes") }
      settings.configuration.sessionSecret = text
    },
    Setting<PDSSettings>(
      "PDS_ACCESS_TOKEN_TTL",
      "seconds",
      "Lifetime of an access token (default: two hours)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.accessTokenLifetime = try Value.number(text, 1...86_400)
    },
    Setting<PDSSettings>(
      "PDS_SERVICE_HANDLE_DOMAINS",
      "domains",
      """
      Domains for handles, each with its leading dot, separated by commas (default: the \
      hostname; `.test` with `--dev`).
      """,
      alias: "handle-domain",
      isList: true
    ) { (text, settings) throws(ServiceError) in
      let domains = Value.list(text)
      guard !domains.isEmpty, domains.allSatisfy({ $0.hasPrefix(".") && $0.utf8.count > 1 }) else {
        throw Value.invalid("expected domains with leading dots")
      }
      settings.handleDomains = domains
    },
    Setting<PDSSettings>(
      "PDS_INVITE_REQUIRED",
      "true|false",
      "Require an invite code for new accounts (default: true; false with `--dev`)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.isInviteRequired = try Value.flag(text)
    },
    Setting<PDSSettings>(
      "PDS_DID_PLC_URL",
      "url",
      """
      URL of the PLC directory (default: https://plc.directory; with `--dev`, one that the server \
      runs itself, on port 2582 if it is free).
      """
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.plcDirectory = try Value.baseURL(text)
      settings.isDirectoryGiven = true
    },
    Setting<PDSSettings>(
      "PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX",
      "key",
      "Key that signs the PLC operations of all new accounts (default: one key for each account).",
      isSecret: true
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.rotationKey = try privateKey(hex: text)
    },
    Setting<PDSSettings>(
      "PDS_RECOVERY_DID_KEY",
      "did:key",
      "Rotation key that takes precedence over the server in the identities of new accounts."
    ) { (text, settings) throws(ServiceError) in
      guard let key = try? PublicKey(didKey: text) else {
        throw Value.invalid("expected a did:key")
      }
      settings.configuration.recoveryKey = key
    },
    Setting<PDSSettings>(
      "PDS_PRIVACY_POLICY_URL",
      "url",
      "Link to the privacy policy, for `describeServer`."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.privacyPolicyURL = try Value.link(text)
    },
    Setting<PDSSettings>(
      "PDS_TERMS_OF_SERVICE_URL",
      "url",
      "Link to the terms of service, for `describeServer`."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.termsOfServiceURL = try Value.link(text)
    },
    Setting<PDSSettings>(
      "PDS_CONTACT_EMAIL_ADDRESS",
      "email",
      "Email of the operator, for `describeServer`."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.contactEmail = text
    },
  ]

  private static let network: [Setting<PDSSettings>] = [
    Setting<PDSSettings>(
      "PDS_CRAWLERS",
      "urls",
      "Relays to ask for a crawl when there are new events, separated by commas.",
      isList: true
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.crawlers = []
      for text in Value.list(text) {
        settings.configuration.crawlers.append(try Value.baseURL(text))
      }
    },
    appViewURL,
    appViewDID,
    modServiceURL,
    modServiceDID,
    reportServiceURL,
    reportServiceDID,
    Setting<PDSSettings>(
      "PDS_BARE_AUDIENCES",
      "true|false",
      "Address service tokens to bare DIDs, which deployed services expect (default: true)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.usesBareAudiences = try Value.flag(text)
    },
    Setting<PDSSettings>(
      "PDS_ALLOW_PRIVATE_ADDRESSES",
      "true|false",
      """
      Allow calls to services on this machine and its networks; for development (default: \
      false; true with `--dev`).
      """
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.allowsPrivateAddresses = try Value.flag(text)
    },
    Setting<PDSSettings>(
      "PDS_TRUSTED_PROXIES",
      "number",
      """
      Number of reverse proxies whose `X-Forwarded-For` entries are trusted (default: 1 \
      when listening on a loopback address without `--dev`; otherwise 0).
      """
    ) { (text, settings) throws(ServiceError) in
      settings.trustedProxies = try Value.number(text, 0...16)
    },
  ]

  private static let mail: [Setting<PDSSettings>] = [
    mailFrom,
    Setting<PDSSettings>(
      "PDS_EMAIL_SMTP_URL",
      "url",
      "`smtp:///?sendmail=true` to send mail with `sendmail`; SMTP is not supported.",
      isSecret: true
    ) { (text, settings) throws(ServiceError) in
      guard text == "smtp:///?sendmail=true" else {
        throw Value.invalid(
          """
          SMTP is not supported; use smtp:///?sendmail=true, \(sendmailCommand.name) or \
          \(mailFile.name)
          """
        )
      }
      settings.configuration.mailCommand = "sendmail"
    },
    sendmailCommand,
    mailFile,
  ]

  private static let limits: [Setting<PDSSettings>] = [
    rateLimits,
    Setting<PDSSettings>(
      "PDS_RATE_LIMIT_BYPASS_KEY",
      "key",
      "Value of `X-RateLimit-Bypass` that exempts a call from rate limits.",
      isSecret: true
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.rateLimitBypassKey = text
    },
    Setting<PDSSettings>(
      "PDS_RATE_LIMIT_BYPASS_IPS",
      "addresses",
      """
      IP addresses and networks (`10.0.0.0/8`) that are exempt from rate limits, separated \
      by commas.
      """,
      isList: true
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.rateLimitBypassNetworks = []
      for text in Value.list(text) {
        guard let network = IPNetwork(text) else {
          throw Value.invalid("expected IP addresses and networks")
        }
        settings.configuration.rateLimitBypassNetworks.append(network)
      }
    },
  ]

  private static let observation: [Setting<PDSSettings>] = [
    metricsPort,
    metricsAddress,
  ]

  private static func privateKey(hex text: String) throws(ServiceError) -> PrivateKey {
    guard let bytes = Hex.decode(text),
      let key = try? PrivateKey(curve: .k256, rawRepresentation: bytes)
    else { throw Value.invalid("expected a K-256 private key of 64 hexadecimal digits") }
    return key
  }
}
