// The rules of the language itself. Their checks are in `Document/` and `Catalog/`, where a
// document is read; what is here explains them.
extension Rule {
  static let languageRules: [Rule] = [
    // Syntax
    jsonSyntax, trailingGarbage, loneSurrogate, duplicateKey, integerTooLarge, nulByte, notUTF8,
    byteOrderMark, tooDeep, yamlSyntax, yamlDocuments, yamlAnchor, yamlTag, yamlKey,
    // Documents
    unsupportedVersion, missingVersion, badNSID, nsidUpperCase, nsidCaseConflict, duplicateNSID,
    idPathMismatch,
    noDefinitions, badDefinitionName, twoPrimaries, primaryNotMain, namedType, notALexicon,
    // Fields
    missingField, unknownField, wrongType, integerWithFraction, unknownType, misplacedType,
    inlineItems, badPropertyName, reservedName, unknownRequired, unknownNullable, duplicateItem,
    unknownFormat, localToken, badAccept, emptyAccept,
    // Limits
    badLimit, contradictoryLimits, constAndDefault, defaultOutsideConstraints,
    constOutsideConstraints, emptyEnum, unreachableValue, tooMany, arrayDepth, endlessValue,
    // Methods
    badRecordKey, queryInput, badEncoding, encodingParameters, schemaWithoutJSON, badErrorName,
    // Permissions
    badResource, emptyList, ineffectivePermission, badLanguage,
    // References
    badReference, unresolvedReference, badRefTarget, aliasCycle, badUnionMember, emptyClosedUnion,
    unresolvedToken, dependsOnError,
  ]
}
