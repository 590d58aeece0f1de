//! Whom do we believe to be LinkedIn? The platform's certificates, else the ones that are built
//! in, or those of a file. There is no way to believe everybody, and no process-wide setting.

use crate::config::ConfigError;
use rustls::ClientConfig;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;
use std::path::Path;
use std::sync::Arc;

/// TLS 1.2 or newer, by ring, with the roots that `ca_bundle` asks for.
pub(super) fn client_config(ca_bundle: Option<&Path>) -> Result<ClientConfig, ConfigError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|_| refused("TLS cannot be set up"))?;
    let mut config = if let Some(path) = ca_bundle {
        builder.with_root_certificates(read_bundle(path)?).with_no_client_auth()
    } else if let Ok(platform) = Verifier::new(provider) {
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(platform))
            .with_no_client_auth()
    } else {
        // A slim container has no certificates at all.
        let built_in: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        builder.with_root_certificates(built_in).with_no_client_auth()
    };
    // One big body after the other: a connection for each is faster than streams of one.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn read_bundle(path: &Path) -> Result<RootCertStore, ConfigError> {
    let mut roots = RootCertStore::empty();
    let certificates =
        CertificateDer::pem_file_iter(path).map_err(|_| refused("the file cannot be read"))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|_| refused("the file is not valid PEM"))?;
        roots.add(certificate).map_err(|_| refused("a certificate in the file is not valid"))?;
    }
    if roots.is_empty() { Err(refused("the file holds no certificate")) } else { Ok(roots) }
}

fn refused(reason: &str) -> ConfigError {
    ConfigError {
        setting: "ca_bundle".to_owned(),
        reason: reason.to_owned(),
        hint: "name a PEM file with the certificates to trust, or leave it out".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
    use super::*;

    #[test]
    fn the_platforms_certificates_or_the_built_in_ones_are_believed() {
        let config = client_config(None).unwrap();
        assert_eq!(config.alpn_protocols, [b"http/1.1"]);
        assert!(rustls::crypto::CryptoProvider::get_default().is_none());
    }

    #[test]
    fn a_bundle_that_holds_nothing_is_refused_by_name() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "no certificate").unwrap();
        for path in [file.path(), Path::new("/no/such/file.pem")] {
            assert_eq!(client_config(Some(path)).unwrap_err().setting, "ca_bundle");
        }
    }
}
