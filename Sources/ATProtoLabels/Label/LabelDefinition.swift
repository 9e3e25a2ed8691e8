import ATProtoSyntax
public import ComAtprotoAPI

/// How apps present the labels with a value.
public struct LabelDefinition: Hashable, Sendable {
  /// The value.
  public var identifier: String
  /// The tone in which apps mention the label.
  public var severity: ComAtproto.Label.Defs.LabelValueDefinition.Severity
  /// What apps cover.
  public var blurs: ComAtproto.Label.Defs.LabelValueDefinition.Blurs
  /// What applies to users who have not chosen.
  public var defaultSetting: ComAtproto.Label.Defs.LabelValueDefinition.DefaultSetting
  /// Whether only users who have enabled adult content can see what is labeled.
  public var isAdultOnly: Bool
  /// The name and explanation in several languages.
  public var locales: [ComAtproto.Label.Defs.LabelValueDefinitionStrings]

  /// Creates a definition.
  public init(
    identifier: String,
    severity: ComAtproto.Label.Defs.LabelValueDefinition.Severity,
    blurs: ComAtproto.Label.Defs.LabelValueDefinition.Blurs,
    defaultSetting: ComAtproto.Label.Defs.LabelValueDefinition.DefaultSetting,
    isAdultOnly: Bool = false,
    locales: [ComAtproto.Label.Defs.LabelValueDefinitionStrings] = []
  ) {
    self.identifier = identifier
    self.severity = severity
    self.blurs = blurs
    self.defaultSetting = defaultSetting
    self.isAdultOnly = isAdultOnly
    self.locales = locales
  }

  /// Reads the definition of a labeler. "When absent, readers assume `warn`."
  init(_ definition: ComAtproto.Label.Defs.LabelValueDefinition) {
    self.init(
      identifier: definition.identifier,
      severity: definition.severity,
      blurs: definition.blurs,
      defaultSetting: definition.defaultSetting ?? .warn,
      isAdultOnly: definition.adultOnly ?? false,
      locales: definition.locales
    )
  }
}

extension LabelDefinition {
  /// The definitions of ``LabelValue/global``, which hold for every labeler unless it has its own
  /// (guide "Labels").
  public static let global: [String: LabelDefinition] = {
    let definitions = [
      LabelDefinition("!hide", .alert, .content, .hide, "Hidden", "The content is hidden."),
      LabelDefinition("!warn", .alert, .content, .warn, "Warning", "The content has a warning."),
      LabelDefinition(
        "!no-unauthenticated",
        .none_,
        .none_,
        .hide,
        "Signed-in users only",
        "The author asks apps to show the content only to users who have signed in."
      ),
      LabelDefinition(
        "porn",
        .none_,
        .media,
        .hide,
        "Pornography",
        "Explicit images.",
        adult: true
      ),
      LabelDefinition("sexual", .none_, .media, .warn, "Sexual", "Suggestive images.", adult: true),
      LabelDefinition("nudity", .none_, .media, .ignore, "Nudity", "Nudity that is not sexual."),
      LabelDefinition(
        "graphic-media",
        .none_,
        .media,
        .warn,
        "Graphic media",
        "Images of violence or injuries.",
        adult: true
      ),
      LabelDefinition("bot", .inform, .none_, .ignore, "Bot", "A program runs this account."),
    ]
    return Dictionary(uniqueKeysWithValues: definitions.map { ($0.identifier, $0) })
  }()

  private init(
    _ identifier: String,
    _ severity: ComAtproto.Label.Defs.LabelValueDefinition.Severity,
    _ blurs: ComAtproto.Label.Defs.LabelValueDefinition.Blurs,
    _ defaultSetting: ComAtproto.Label.Defs.LabelValueDefinition.DefaultSetting,
    _ name: String,
    _ description: String,
    adult: Bool = false
  ) {
    self.init(
      identifier: identifier,
      severity: severity,
      blurs: blurs,
      defaultSetting: defaultSetting,
      isAdultOnly: adult,
      locales: [
        ComAtproto.Label.Defs.LabelValueDefinitionStrings(
          lang: "en",
          name: name,
          description: description
        )
      ]
    )
  }
}
