import { sh } from '../../shell/text.ts';

/** `digest`: the SHA-256 of its input in hexadecimal, by whichever tool the host has. */
export const digestFunction = sh`
  digest() {
    if command -v sha256sum > /dev/null; then sha256sum | cut -d ' ' -f 1
    elif command -v shasum > /dev/null; then shasum -a 256 | cut -d ' ' -f 1
    else openssl dgst -sha256 | sed 's/.*= *//'
    fi
  }`;
