import ATProtoHTTP
import ArgumentParser
import LexiconResolution
import XRPCAsyncHTTPClient

/// Where a command finds installed schemas.
struct LexiconFolderOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Use this manifest.", valueName: "file"))
  var manifest = "lexicons.json"

  @Option(help: ArgumentHelp("Use the schemas in this directory.", valueName: "directory"))
  var lexicons = "lexicons"

  var folder: LexiconFolder { LexiconFolder(path: lexicons, manifestPath: manifest) }

  func validate() throws {
    guard !manifest.isEmpty, !manifest.hasSuffix("/") else {
      throw ValidationError("'\(manifest)' is not a valid path of a manifest")
    }
    guard !lexicons.isEmpty else { throw ValidationError("--lexicons must not be empty") }
  }
}

/// Which accounts publish the schemas of a domain, and where their records are fetched.
struct LexiconAuthorityOptions: ParsableArguments {
  @Option(
    name: .customLong("authority"),
    help: ArgumentHelp(
      "Use this account for a domain, or for all domains, instead of asking the DNS.",
      valueName: "[domain=]did"
    )
  )
  var authorities: [String] = []

  @Option(
    help: ArgumentHelp(
      "Fetch records from this server first, and from the account's own server if that fails.",
      valueName: "url"
    ),
    transform: Self.mirror
  )
  var mirror: HTTPURL?

  private static let variable = "ATPROTO_LEXICON_AUTHORITY"

  func validate() throws {
    do {
      _ = try settings(isDevelopment: false)
    } catch let error as LexiconError {
      throw ValidationError(error.reason)
    }
  }

  private func settings(isDevelopment: Bool) throws -> LexiconNetworkSettings {
    var settings = LexiconNetworkSettings(allowsLoopback: isDevelopment, mirror: mirror)
    if authorities.isEmpty {
      try settings.addAuthorities(NetworkOptions.environment(Self.variable) ?? "")
    } else {
      for authority in authorities { try settings.addAuthorities(authority) }
    }
    return settings
  }

  func resolver(_ network: NetworkOptions) throws -> LexiconResolver {
    let settings = try settings(isDevelopment: network.dev)
    let transport = GuardedTransport(policy: settings.addressPolicy)
    return LexiconResolver(
      txt: network.txt,
      directory: network.directory(over: transport),
      transport: transport,
      settings: settings
    )
  }

  /// A resolver for one command, which asks for nothing twice.
  func run(_ network: NetworkOptions) throws -> LexiconRun {
    LexiconRun(try resolver(network))
  }

  private static func mirror(_ text: String) throws -> HTTPURL {
    guard let url = HTTPURL(text), url.target == "/" else {
      throw ValidationError("'\(text)' is not a valid base URL of a server")
    }
    return url
  }
}

/// What commands that look up schemas have in common.
struct LexiconLookupOptions: ParsableArguments {
  @OptionGroup var authority: LexiconAuthorityOptions
  @OptionGroup var network: NetworkOptions
  @OptionGroup var output: OutputOptions

  func run() throws -> LexiconRun { try authority.run(network) }
}
