/// A setting as operators see it: an environment variable, and a flag of the command that serves.
///
/// - Note: `Settings` is the type that collects a service's values, such as `PDSSettings`.
public struct Setting<Settings>: Sendable {
  /// `PDS_PORT`
  public let name: String
  /// The placeholder of the value in help: `number`.
  public let value: String
  /// One sentence for help and documentation, in the imperative or as a noun phrase.
  public let summary: String
  /// Whether the value must never be shown.
  public let isSecret: Bool
  /// Whether the setting takes several values, separated by commas.
  public let isList: Bool
  /// Whether the flag may be given without a value, which means `true`.
  public let isSwitch: Bool
  /// Other names of the environment variable, which are read if `name` is absent.
  public let aliases: [String]
  /// The environment variable to read if the setting's own is absent; nil if there is none.
  public let fallback: String?
  /// `--port`, with a shorter form first if there is one.
  public let flags: [String]
  let apply: @Sendable (String, inout Settings) throws(ServiceError) -> Void

  /// - Parameters:
  ///   - name: the environment variable; the flag is the rest of it after the first `_`.
  ///   - alias: another flag, without `--`.
  ///   - aliases: other names of the environment variable, such as earlier ones.
  ///   - flag: the flag, without `--`, if it does not follow from `name`.
  ///   - fallback: the environment variable to read if `name` is absent, for a value that several
  ///     programs share.
  ///   - apply: stores the value. Its error says what is expected and never contains the value.
  public init(
    _ name: String,
    _ value: String,
    _ summary: String,
    alias: String? = nil,
    aliases: [String] = [],
    flag: String? = nil,
    isSecret: Bool = false,
    isList: Bool = false,
    isSwitch: Bool = false,
    fallback: String? = nil,
    _ apply: @escaping @Sendable (String, inout Settings) throws(ServiceError) -> Void
  ) {
    self.name = name
    self.value = value
    self.summary = summary
    self.isSecret = isSecret
    self.isList = isList
    self.isSwitch = isSwitch
    self.aliases = aliases
    self.fallback = fallback
    self.apply = apply
    let words = name.split(separator: "_", maxSplits: 1).last ?? name[...]
    let flag = "--" + (flag ?? words.lowercased().replacing("_", with: "-"))
    flags = alias.map { ["--\($0)", flag] } ?? [flag]
  }

  /// The environment variables that the setting is read from, the first that is present.
  var names: [String] { [name] + aliases + (fallback.map { [$0] } ?? []) }
}
