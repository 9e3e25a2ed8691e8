import ArgumentParser
import Lexicon

/// The option for features of the Lexicon language that the specification does not contain yet.
struct FeatureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Accept an experimental feature of the language; repeatable.",
      discussion: "Features: \(LexiconFeatures.names.joined(separator: ", ")). They may change. "
        + "Those under 'experimental' in lexgen.yaml are accepted, too.",
      valueName: "feature"
    ),
    transform: FeatureOptions.feature
  )
  var experimental: [LexiconFeatures] = []

  var features: LexiconFeatures { experimental.reduce([]) { $0.union($1) } }

  private static func feature(_ name: String) throws -> LexiconFeatures {
    guard let feature = LexiconFeatures(name: name) else {
      let known = LexiconFeatures.names.joined(separator: ", ")
      throw ValidationError("'\(name)' is not an experimental feature; known features: \(known).")
    }
    return feature
  }
}
