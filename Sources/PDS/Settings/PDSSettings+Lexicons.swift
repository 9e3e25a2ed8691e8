import ATProtoIdentity
import ServiceKit

extension PDSSettings {
  private typealias Value = SettingValue

  /// Lexicon resolution.
  static let lexicons: [Setting<PDSSettings>] = [
    Setting<PDSSettings>(
      "PDS_LEXICON_AUTHORITY_DID",
      "did",
      "DID whose repository has all lexicons, instead of those that DNS names; for tests."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.lexicons.authority = try Value.did(text)
    },
    Setting<PDSSettings>(
      "PDS_LEXICON_CACHE_NEGATIVE_MS",
      "milliseconds",
      "Time to remember that a lexicon was not found (default: one minute)."
    ) { (text, settings) throws(ServiceError) in
      settings.configuration.lexicons.negativeLifetime = .milliseconds(
        try Value.number(text, 0...86_400_000)
      )
    },
    Setting<PDSSettings>(
      "PDS_DNS_SERVER",
      "address",
      """
      IPv4 address and port of the DNS server for TXT records (default: `ATPROTO_DNS_SERVER`, or \
      the system's servers).
      """,
      fallback: "ATPROTO_DNS_SERVER"
    ) { (text, settings) throws(ServiceError) in
      guard let server = SystemTXTResolver.Server(text) else {
        throw Value.invalid("expected an IPv4 address, optionally with a port")
      }
      settings.configuration.dnsServer = server
    },
  ]
}
