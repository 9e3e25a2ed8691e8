extension Rule {
  /// The advice rules, in the order in which they run.
  public static let advice: [Rule] = [
    // Constraints
    unlimitedString, largeString, unlimitedBytes, largeBytes, unlimitedBlob,
    graphemesWithoutBytes, graphemeRatio, lengthBesideFormat, missingFormat,
    // Extensibility
    closedEnum, closedUnion, booleanDefaultTrue, nullableOptional, atomicArray,
    // Descriptions
    undescribedMain, undescribedToken, undescribedField,
    // Methods
    missingOutput, accountParameter, paginationShape, unpagedList, subscriptionCursor,
    unsequencedSubscription, emptyMessage, limitBounds,
    // Records
    handleInRecord, binaryCIDInRecord, inlineStrongRef,
    // Names
    nameSyntax, nameCasing, errorNameCasing, knownValueCasing, genericName,
    pluralRecord, endpointName, subscriptionName,
    // Permissions
    permissionSetName, permissionTarget, emptyPermissionSet, untitledPermissionSet,
    // Namespaces
    groupConflict, definitionConflict, sharedDefinition, mainInDefs,
  ]

  /// The advice rules that look at documents other than the subject and those that it refers to.
  static let globalAdvice = [
    permissionTarget, groupConflict, definitionConflict, sharedDefinition,
  ]

  /// The other advice rules.
  static let localAdvice = advice.filter { rule in
    !globalAdvice.contains { $0.id == rule.id }
  }

  /// The rules of the language, by subject.
  public static let languageRules: [Rule] =
    syntaxRules + documentRules + fieldRules + constraintRules + methodRules + permissionRules
    + referenceRules

  /// Every rule, sorted by id. A test compares it with the rules that the sources declare.
  public static let all: [Rule] = (advice + languageRules).sorted { $0.id < $1.id }

  private static let byID: [String: Rule] = Dictionary(
    uniqueKeysWithValues: all.map { ($0.id, $0) }
  )

  /// The rule with the given id, or nil if there is none.
  public static subscript(id id: String) -> Rule? { byID[id] }

  /// Returns the id of the rule that was probably meant by a misspelled id, or nil if none is
  /// similar.
  public static func nearest(to id: String) -> String? {
    Suggestion.nearest(to: id, among: all.map(\.id))
  }
}

extension CheckedCatalog {
  /// Runs rules on documents of this catalog, or on its ``CheckedCatalog/drafts``, and returns the
  /// findings, sorted.
  ///
  /// - Parameter external: documents whose code is generated elsewhere. Records may contain their
  ///   types, and names may collide with theirs.
  public func findings(
    of rules: [Rule] = Rule.advice,
    in documents: [LexiconDocument],
    external: [LexiconDocument] = []
  ) -> [Diagnostic] {
    let names = names(external)
    return documents.flatMap { RuleSubject.findings(of: rules, in: $0, names) }.sorted()
  }

  func names(_ external: [LexiconDocument]) -> NamespaceIndex {
    let others = drafts + external
    return NamespaceIndex(others.isEmpty ? catalog : Catalog(catalog.documents + others))
  }
}
