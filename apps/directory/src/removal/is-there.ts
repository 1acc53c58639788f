/** Whether a team or a Number is not deleted. */
export const isThere = ({ deletedAt }: { readonly deletedAt: Date | null }): boolean => deletedAt === null;
