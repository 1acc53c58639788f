import { isReachable } from './address.ts';

const PUBLIC = { loopback: false, http: false };

it.each(['8.8.8.8', '93.184.216.34', '1.1.1.1', '2606:4700::1111', '2a00:1450:4007:80c::200e'])('%s is of the internet', (address) =>
  expect(isReachable(address, PUBLIC)).toBe(true),
);

it.each([
  ['loopback', ['127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1']],
  ['unspecified and this network', ['0.0.0.0', '0.1.2.3', '::']],
  ['private', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fdff::1']],
  ['link-local, where metadata is', ['169.254.169.254', '169.254.0.1', 'fe80::1', 'fe80::1%eth0', 'fd00:ec2::254']],
  ['metadata elsewhere', ['100.100.100.200', '192.0.0.192', '168.63.129.16']],
  ['a carrier’s own', ['100.64.0.1', '100.127.255.255']],
  ['multicast and broadcast', ['224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1']],
  [
    'reserved, documentation, benchmarks',
    ['192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1', '240.0.0.1', '192.88.99.1', '2001:db8::1', '3fff::1', '100::1'],
  ],
  ['IPv4 inside IPv6, mapped', ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '::ffff:0:127.0.0.1']],
  ['IPv4 inside IPv6, compatible', ['::127.0.0.1', '::7f00:1', '::8.8.8.8']],
  ['NAT64', ['64:ff9b::7f00:1', '64:ff9b::169.254.169.254', '64:ff9b:1::1']],
  ['6to4 and Teredo', ['2002:7f00:1::', '2002:a00:1::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2']],
  ['given out to nobody', ['4000::1', 'fec0::1', '5f00::1', '::2']],
  ['no address', ['', 'localhost', 'nonsense', '1.2.3.4.5']],
])('%s is not', (_, addresses) => {
  expect(addresses.filter((address) => isReachable(address, PUBLIC))).toEqual([]);
});

it('for development this machine is, and nothing else', () => {
  const reach = { loopback: true, http: true };
  expect(['127.0.0.1', '::1', '8.8.8.8'].map((address) => isReachable(address, reach))).toEqual([true, true, true]);
  expect(['10.0.0.1', '169.254.169.254', '::ffff:127.0.0.1', '0.0.0.0'].map((address) => isReachable(address, reach))).toEqual(
    Array(4).fill(false),
  );
});
