/// The Mustache templates that lay out generated Swift, by name, embedded in the program so that
/// `lexgen` stays one file.
///
/// Templates decide nothing: every condition they test is a field of the view they are given.
public enum LexiconTemplates {
  /// Template sources by name, the file's name without its extension.
  public static let sources: [String: [UInt8]] = [
    "alias": PackageResources.alias_mustache,
    "calls": PackageResources.calls_mustache,
    "closedString": PackageResources.closedString_mustache,
    "failure": PackageResources.failure_mustache,
    "handler": PackageResources.handler_mustache,
    "header": PackageResources.header_mustache,
    "manifest": PackageResources.manifest_mustache,
    "method": PackageResources.method_mustache,
    "namespace": PackageResources.namespace_mustache,
    "namespaces": PackageResources.namespaces_mustache,
    "openString": PackageResources.openString_mustache,
    "parameters": PackageResources.parameters_mustache,
    "permissionSet": PackageResources.permissionSet_mustache,
    "structure": PackageResources.structure_mustache,
    "token": PackageResources.token_mustache,
    "union": PackageResources.union_mustache,
    "wideParameters": PackageResources.wideParameters_mustache,
    "wideStructure": PackageResources.wideStructure_mustache,
  ]

  /// What the documentation site is made of, by name.
  public static let site: [String: [UInt8]] = [
    "index": PackageResources.index_mustache,
    "page": PackageResources.page_mustache,
    "script": PackageResources.script_mustache,
    "style": PackageResources.style_mustache,
  ]
}
