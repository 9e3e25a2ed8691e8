/// The Mustache templates by name, embedded in the program so that `lexgen` is a single file.
///
/// A template's name is its file name without the extension. Templates only lay out: every
/// condition that a template tests is a value of its view.
public enum TemplateSources {
  /// The frames of generated Swift declarations, and of `Package.swift`, as UTF-8.
  public static let swift: [String: [UInt8]] = [
    "alias": PackageResources.alias_mustache,
    "calls": PackageResources.calls_mustache,
    "closedString": PackageResources.closedString_mustache,
    "failure": PackageResources.failure_mustache,
    "handler": PackageResources.handler_mustache,
    "header": PackageResources.header_mustache,
    "indexHandler": PackageResources.indexHandler_mustache,
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

  /// The pages, style sheet, and script of the documentation site, as UTF-8.
  public static let site: [String: [UInt8]] = [
    "index": PackageResources.index_mustache,
    "page": PackageResources.page_mustache,
    "script": PackageResources.script_mustache,
    "style": PackageResources.style_mustache,
  ]
}
