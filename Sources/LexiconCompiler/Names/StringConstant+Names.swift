import Lexicon

extension StringConstant {
  /// A named constant for each distinct value.
  static func all(_ values: [Located<String>]) -> [StringConstant] {
    var scope = NameScope(forbidden: SwiftKeywords.forbiddenCases)
    var seen: Set<String> = []
    return values.compactMap { value in
      guard seen.insert(value.value).inserted else { return nil }
      // For a token, the name after the NSID is the significant part.
      let fragment = value.value.split(separator: "#", omittingEmptySubsequences: false)
      let text = fragment.count == 2 && !fragment[0].isEmpty ? String(fragment[1]) : value.value
      return StringConstant(name: scope.claim(SwiftName.member(text)), value: value.value)
    }
  }
}
