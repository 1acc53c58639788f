export { toTelephoneSound, wavFile, type AudioFormat, type NoSound, type TelephoneSound } from './telephone.ts';
