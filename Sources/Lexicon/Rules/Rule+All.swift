extension Rule {
  /// What the style guide and good sense advise, in the order in which it is looked for.
  public static let advice: [Rule] = [
    unlimitedString, largeString, unlimitedBytes, largeBytes, unlimitedBlob,
    graphemesWithoutBytes, graphemeRatio, lengthBesideFormat, missingFormat,
    closedEnum, closedUnion, booleanDefaultTrue, nullableOptional, atomicArray,
    undescribedMain, undescribedToken, undescribedField,
    missingOutput, accountParameter, paginationShape, unpagedList, subscriptionCursor,
    unsequencedSubscription, limitBounds,
    handleInRecord, binaryCIDInRecord, inlineStrongRef,
    nameCasing, errorNameCasing, knownValueCasing, genericName,
    pluralRecord, endpointName, subscriptionName,
    permissionSetName, permissionTarget, emptyPermissionSet,
    groupConflict, definitionConflict, sharedDefinition,
  ]

  /// Every rule, sorted by id.
  public static let all: [Rule] = (advice + languageRules).sorted { $0.id < $1.id }

  private static let byID: [String: Rule] = Dictionary(
    uniqueKeysWithValues: all.map { ($0.id, $0) }
  )

  public static subscript(id id: String) -> Rule? { byID[id] }

  /// A rule whose id is nearly the given one.
  public static func nearest(to id: String) -> String? {
    Suggestion.nearest(to: id, among: all.map(\.id))
  }
}

extension CheckedCatalog {
  /// What rules find in documents of this catalog, or in its ``CheckedCatalog/drafts``, sorted.
  ///
  /// - Parameter external: documents whose code is generated elsewhere; records may hold theirs.
  public func findings(
    of rules: [Rule] = Rule.advice,
    in documents: [LexiconDocument],
    external: [LexiconDocument] = []
  ) -> [Diagnostic] {
    let others = drafts + external
    let names = NamespaceIndex(others.isEmpty ? catalog : Catalog(catalog.documents + others))
    return documents.flatMap { RuleSubject.findings(of: rules, in: $0, names) }.sorted()
  }
}
