import { TextInput } from '@mantine/core';
import { LIMITS } from 'firesignal';

type NameInputProps = {
  readonly value: string;
  readonly onChange: (name: string) => void;
  readonly onDone: () => void;
};

export function NameInput({ value, onChange, onDone }: NameInputProps) {
  return (
    <TextInput
      label="Your name"
      placeholder="Guest"
      size="md"
      autoComplete="nickname"
      maxLength={LIMITS.NAME_LENGTH_MAX}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={onDone}
    />
  );
}
