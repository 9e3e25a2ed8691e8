import ServiceKit

extension LabelerSettings {
  /// The services that takedowns are pushed to.
  static let targets = [
    pdsURL, pdsDID, pdsPassword, relayURL, relayPassword, appViewURL, appViewDID, appViewPassword,
  ]

  static let pdsURL = Setting<LabelerSettings>(
    "LABELER_PDS_URL",
    "url",
    "URL of the PDS that takedowns are pushed to (default: none)."
  ) { (text, settings) throws(ServiceError) in
    settings.pds.url = try Value.baseURL(text)
  }

  static let pdsDID = Setting<LabelerSettings>(
    "LABELER_PDS_DID",
    "did",
    "DID of that PDS, to call it with service tokens."
  ) { (text, settings) throws(ServiceError) in
    settings.pds.did = try Value.did(text)
  }

  static let pdsPassword = Setting<LabelerSettings>(
    "LABELER_PDS_ADMIN_PASSWORD",
    "password",
    "Admin password of that PDS, to call it with the password instead of tokens.",
    isSecret: true
  ) { (text, settings) throws(ServiceError) in
    settings.pds.adminPassword = text
  }

  static let relayURL = Setting<LabelerSettings>(
    "LABELER_RELAY_URL",
    "url",
    "URL of the relay that takedowns of accounts are pushed to (default: none)."
  ) { (text, settings) throws(ServiceError) in
    settings.relay.url = try Value.baseURL(text)
  }

  static let relayPassword = Setting<LabelerSettings>(
    "LABELER_RELAY_ADMIN_PASSWORD",
    "password",
    "Admin password of that relay.",
    isSecret: true
  ) { (text, settings) throws(ServiceError) in
    settings.relay.adminPassword = text
  }

  static let appViewURL = Setting<LabelerSettings>(
    "LABELER_APPVIEW_URL",
    "url",
    "URL of the app view that takedowns are pushed to (default: none)."
  ) { (text, settings) throws(ServiceError) in
    settings.appView.url = try Value.baseURL(text)
  }

  static let appViewDID = Setting<LabelerSettings>(
    "LABELER_APPVIEW_DID",
    "did",
    "DID of that app view, to call it with service tokens."
  ) { (text, settings) throws(ServiceError) in
    settings.appView.did = try Value.did(text)
  }

  static let appViewPassword = Setting<LabelerSettings>(
    "LABELER_APPVIEW_ADMIN_PASSWORD",
    "password",
    "Admin password of that app view, to call it with the password instead of tokens.",
    isSecret: true
  ) { (text, settings) throws(ServiceError) in
    settings.appView.adminPassword = text
  }
}
