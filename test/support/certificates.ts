import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A certificate and its key, both PEM. */
export interface Certified {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateSettings {
  /** The IPv4 address that it is for. */
  readonly address: string;
  /** How many days it is still good; negative when it has ended. */
  readonly days: number;
}

/** An authority of this process alone, which can certify servers. No key of it is ever written anywhere. */
export function createAuthority(): { readonly cert: string; certify(settings: CertificateSettings): Certified } {
  const pair = newKeys();
  const name = nameOf('Test authority');
  const isAuthority = extension('551d13', true, sequence(boolean(true)));
  return {
    cert: certificate({
      subject: name,
      issuer: name,
      publicKey: pair.publicKey,
      signer: pair.privateKey,
      days: 30,
      extra: isAuthority,
    }),
    certify({ address, days }) {
      const { publicKey, privateKey } = newKeys();
      const extra = extension('551d11', false, sequence(tagged(0x87, Buffer.from(address.split('.').map(Number)))));
      return {
        cert: certificate({ subject: nameOf('Test server'), issuer: name, publicKey, signer: pair.privateKey, days, extra }),
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}

interface Contents {
  readonly subject: Buffer;
  readonly issuer: Buffer;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly days: number;
  readonly extra: Buffer;
}

const ecdsaWithSha256 = () => sequence(tagged(0x06, Buffer.from('2a8648ce3d040302', 'hex')));

function certificate({ subject, issuer, publicKey, signer, days, extra }: Contents): string {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const body = sequence(
    tagged(0xa0, integer(Buffer.of(2))),
    // Begins with a one: a number that began with a zero would be no DER.
    integer(Buffer.concat([Buffer.of(1), createHash('sha256').update(spki).digest().subarray(0, 8)])),
    ecdsaWithSha256(),
    issuer,
    sequence(time(Math.min(days, 0) - 2), time(days)),
    subject,
    spki,
    tagged(0xa3, sequence(extra)),
  );
  const signature = tagged(0x03, Buffer.concat([Buffer.of(0), sign('sha256', body, signer)]));
  const der = sequence(body, ecdsaWithSha256(), signature).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${der.replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`;
}

function newKeys() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function nameOf(common: string): Buffer {
  const attribute = sequence(tagged(0x06, Buffer.from('550403', 'hex')), tagged(0x0c, Buffer.from(common)));
  return sequence(tagged(0x31, attribute));
}

function extension(oid: string, critical: boolean, value: Buffer): Buffer {
  return sequence(tagged(0x06, Buffer.from(oid, 'hex')), ...(critical ? [boolean(true)] : []), tagged(0x04, value));
}

function boolean(value: boolean): Buffer {
  return tagged(0x01, Buffer.of(value ? 0xff : 0));
}

/** Unsigned: a zero goes before a first bit that would make it negative. */
function integer(bytes: Uint8Array): Buffer {
  return tagged(0x02, Buffer.concat([(bytes[0] ?? 0) > 0x7f ? Buffer.of(0) : Buffer.alloc(0), bytes]));
}

function time(days: number): Buffer {
  const text = new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '');
  return tagged(0x17, Buffer.from(text.slice(2)));
}

function sequence(...parts: Uint8Array[]): Buffer {
  return tagged(0x30, ...parts);
}

/** One DER element. */
function tagged(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}
